"""Whether newcomers take a first step, are answered, and stay the first day."""

from bot.clock import DAY_MS
from bot.facts import Facts
from bot.metrics.change import is_other_rate
from bot.metrics.figure import Figure
from bot.metrics.metric import share
from bot.people import Person

COHORT_DAYS = 56


def activation_7d(facts: Facts) -> Figure:
    """Share of joins with any A1 on days 0 to 6 (METRICS N1, READINGS N1). Needs joins."""
    joined = facts.joined(COHORT_DAYS + 7, 7)
    on = facts.joined_on
    activated = sum(facts.a1.was_on(who, on[who], on[who] + 6) for who in joined)
    return share(activated, len(joined), COHORT_DAYS)


def newcomer_first_reply_24h(facts: Facts) -> Figure:
    """Share of newcomers' first-ever posts that another human answered or reacted to within a day
    (METRICS N4, READINGS N2, N3; change by METRICS §4.2). Needs joins."""
    x, n = _answered(facts, COHORT_DAYS + 1, 1)
    changed = is_other_rate(*_answered(facts, 8, 1), *_answered(facts, 64, 8))
    return share(x, n, COHORT_DAYS, changed=changed, people=x)


def early_leave_rate(facts: Facts) -> Figure:
    """Share of joins who left by themselves within 24 hours (METRICS N7, READINGS N8)."""
    joined = facts.joined(facts.days + 1, 1)
    return share(sum(_left_early(facts.people[who]) for who in joined), len(joined), facts.days)


def _answered(facts: Facts, since: int, until: int) -> tuple[int, int]:
    first, end = facts.instants(since, until)
    posts = [post for post in facts.newcomers if first <= post.at < end]
    answers = (post.answered_at - post.at for post in posts if post.answered_at is not None)
    return sum(wait <= DAY_MS for wait in answers), len(posts)


def _left_early(person: Person) -> bool:
    joined_at = person.joined_at
    return joined_at is not None and any(
        leave.was_own_choice and 0 <= leave.at - joined_at <= DAY_MS for leave in person.leaves
    )
