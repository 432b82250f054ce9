"""Whether questions are answered, and how soon."""

from collections.abc import Sequence
from dataclasses import replace

from bot.clock import DAY_MS, HOUR_MS
from bot.conversations import Conversation
from bot.facts import Facts
from bot.metrics.change import is_other_rate
from bot.metrics.figure import Figure, Unit
from bot.metrics.metric import number, share


def answer_rate_24h(facts: Facts) -> Figure:
    """Share of questions that start a conversation and get another human's message in it within
    24 hours (METRICS Q1, READINGS C9; change by METRICS §4.2)."""
    questions = _questions(facts, facts.days + 1, 1)
    askers = {question.starter for question in questions if _is_answered(question, DAY_MS)}
    last, before = _questions(facts, 8, 1), _questions(facts, 64, 8)
    changed = is_other_rate(
        _answered(last, DAY_MS), len(last), _answered(before, DAY_MS), len(before)
    )
    answered = _answered(questions, DAY_MS)
    return share(answered, len(questions), facts.days, changed=changed, people=len(askers))


def answer_rate_1h(facts: Facts) -> Figure:
    """The same within one hour (METRICS Q2, READINGS C9)."""
    questions = _questions(facts, facts.days + 1, 1)
    return share(_answered(questions, HOUR_MS), len(questions), facts.days)


def first_response_time(facts: Facts) -> Figure:
    """Kaplan-Meier median of the seconds until a question is answered (METRICS Q2, §2.7).

    Every question is watched for the same 24 hours, so the curve falls by 1/n an answer; it has
    no median (`parts.censored`) when fewer than half of them are answered by then.
    """
    questions = _questions(facts, facts.days + 1, 1)
    n = len(questions)
    waits = sorted(wait for wait in map(_wait, questions) if wait is not None and wait <= DAY_MS)
    is_censored = 2 * len(waits) < n
    median = waits[(n + 1) // 2 - 1] / 1000 if n and not is_censored else None
    figure = number(median, n, facts.days, unit=Unit.SECONDS)
    return replace(figure, parts={"censored": is_censored} if n else None)


def _questions(facts: Facts, since: int, until: int) -> Sequence[Conversation]:
    return [talk for talk in facts.started(since, until) if talk.is_question]


def _answered(questions: Sequence[Conversation], within: int) -> int:
    return sum(_is_answered(question, within) for question in questions)


def _is_answered(question: Conversation, within: int) -> bool:
    wait = _wait(question)
    return wait is not None and wait <= within


def _wait(question: Conversation) -> int | None:
    return None if question.answered_at is None else question.answered_at - question.at
