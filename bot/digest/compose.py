"""Composes the digest of a week, for moderators or for all, from the statistics at its end."""

from datetime import date, timedelta
from typing import Any

from bot import stats
from bot.digest import (
    answers,
    beginnings,
    counted,
    flow,
    history,
    members,
    people,
    rhythm,
    voices,
)
from bot.digest.floors import floored
from bot.digest.hidden import is_hidden
from bot.post import Post, inert_name, section_document
from bot.stats import Statistics
from bot.text.texts import Texts

MODERATORS, MEMBERS = "moderators", "members"
AUDIENCES = (MODERATORS, MEMBERS)

_SUNDAY = 6
_WHOLE = (people, answers, voices, flow, rhythm, counted)
_SHORT = (people, counted)
"""Where nobody took part, or nothing is known of the week, there is nothing more to speak of."""


def compose(statistics: Statistics, texts: Texts, audience: str = MODERATORS) -> Post:
    """The digest of the seven days that end the window; the members' edition may be read by all."""
    if audience == MEMBERS:
        return _for_members(statistics, texts)
    if not _has_something_to_tell(statistics):
        sections = tuple(room.section(statistics, texts) for room in _SHORT)
    else:
        told = tuple(room.section(statistics, texts) for room in _WHOLE)
        sections = (*beginnings.sections(statistics, texts), *told)
    return Post(_title(statistics, texts), sections)


def is_worth_telling(statistics: Statistics, audience: str = MODERATORS) -> bool:
    """Whether the week has enough in it for an edition to be posted.

    The members' wants a week in which so many took part that their number may be told, the
    moderators' one in which anything happened at all.
    """
    if not history.tells_of_week(statistics):
        return False
    if audience == MEMBERS:
        return floored(statistics).figures["wau"].enough
    figures = statistics.figures
    heads = figures["headcount"]
    has_moved = not heads.unavailable and heads.value != heads.previous
    return has_moved or bool(figures["mau" if is_hidden(statistics, "wau") else "wau"].value)


def document(statistics: Statistics, post: Post, audience: str = MODERATORS) -> dict[str, Any]:
    """The statistics with the post's sections: the digest document of CONTRACT §2.

    The members' edition has no more in it than its post: no counts, no ranges, no parts.
    """
    sections = [section_document(section) for section in post.sections]
    told = floored(statistics) if audience == MEMBERS else statistics
    return {**stats.document(told), "sections": sections}


def _for_members(statistics: Statistics, texts: Texts) -> Post:
    end = statistics.window.end
    title = members.title(_name(statistics, texts), end - timedelta(days=6), end, texts)
    if not is_worth_telling(statistics, MEMBERS):
        return Post(title, members.too_little(texts))
    return Post(title, members.sections(floored(statistics), texts))


def _has_something_to_tell(statistics: Statistics) -> bool:
    took_part = any(statistics.figures[metric].value for metric in ("wau", "mau"))
    return took_part and history.tells_of_week(statistics)


def _title(statistics: Statistics, texts: Texts) -> str:
    end: date = statistics.window.end
    days = texts.days(end - timedelta(days=6), end)
    name = _name(statistics, texts)
    if end.weekday() == _SUNDAY:
        return texts.text("{community}: the week of {days}", community=name, days=days)
    return texts.text("{community}: the seven days of {days}", community=name, days=days)


def _name(statistics: Statistics, texts: Texts) -> str:
    return inert_name(statistics.community.name, texts.text("Your community"))
