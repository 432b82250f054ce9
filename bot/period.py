"""Which days a question is about, and whether they are over."""

from datetime import date, timedelta

from bot.clock import LocalDays, date_of, now_ms
from bot.errors import UsageError
from bot.model import Community
from bot.weeks import week_name
from db.reading import Reader

SUNDAY = 7


def last_week(timezone: str, now: int) -> date:
    """The Sunday of the last ISO week that is over in a time zone at an instant (epoch ms)."""
    today = date_of(LocalDays(timezone).day(now))
    return today - timedelta(days=today.isoweekday())


async def default_until(reader: Reader, community: Community) -> date:
    """The earlier of yesterday and the last event's day, in the community's time zone."""
    span = await reader.event_span(community.id)
    yesterday = _yesterday(community)
    if span is None:
        return yesterday
    return min(yesterday, date_of(LocalDays(community.timezone).day(span[1])))


async def default_week(reader: Reader, community: Community) -> date:
    """The Sunday of the last ISO week that is over and was lived through to its end.

    Where the history knows no such week, the Sunday of the week it ends in.
    """
    until = await default_until(reader, community)
    sunday = until - timedelta(days=until.isoweekday() % SUNDAY)
    span = await reader.event_span(community.id)
    if span and sunday < date_of(LocalDays(community.timezone).day(span[0])):
        return sunday + timedelta(days=SUNDAY)
    return sunday


def check_week_is_over(community: Community, sunday: date) -> None:
    """Refuse a week that goes on, or is still to come.

    Raises:
        UsageError: the week is not over in the community's time zone.
    """
    if sunday > _yesterday(community):
        raise UsageError(f"--week: {week_name(sunday)} is not over yet; name an earlier one")


def _yesterday(community: Community) -> date:
    return date_of(LocalDays(community.timezone).day(now_ms()) - 1)
