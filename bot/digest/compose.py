"""Composes the digest of a week from the statistics at its end."""

from datetime import date, timedelta
from typing import Any

from bot import stats
from bot.digest import answers, counted, flow, history, people, rhythm, voices
from bot.errors import UsageError
from bot.post import Post, inert_name, section_document
from bot.stats import Statistics
from bot.text.texts import Texts

_SUNDAY = 6
_WHOLE = (people, answers, voices, flow, rhythm, counted)
_SHORT = (people, counted)
"""Where nobody took part, or nothing is known of the week, there is nothing more to speak of."""


def compose(statistics: Statistics, texts: Texts, audience: str = "moderators") -> Post:
    """The digest of the seven days that end the window; UsageError but for moderators."""
    if audience != "moderators":
        raise UsageError(
            "the members' edition comes with a later version; use --audience moderators"
        )
    rooms = _WHOLE if _has_something_to_tell(statistics) else _SHORT
    sections = tuple(room.section(statistics, texts) for room in rooms)
    return Post(_title(statistics, texts), sections)


def document(statistics: Statistics, post: Post) -> dict[str, Any]:
    """The statistics with the post's sections: the digest document of CONTRACT §2."""
    sections = [section_document(section) for section in post.sections]
    return {**stats.document(statistics), "sections": sections}


def _has_something_to_tell(statistics: Statistics) -> bool:
    took_part = any(statistics.figures[metric].value for metric in ("wau", "mau"))
    return took_part and history.tells_of_week(statistics)


def _title(statistics: Statistics, texts: Texts) -> str:
    end: date = statistics.window.end
    days = texts.days(end - timedelta(days=6), end)
    name = inert_name(statistics.community.name, texts.text("Your community"))
    if end.weekday() == _SUNDAY:
        return texts.text("{community}: the week of {days}", community=name, days=days)
    return texts.text("{community}: the seven days of {days}", community=name, days=days)
