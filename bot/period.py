"""Which days a question is about when nobody says so."""

from datetime import date, timedelta

from bot.clock import LocalDays, date_of, now_ms
from bot.model import Community
from db.reading import Reader

SUNDAY = 7


async def default_until(reader: Reader, community: Community) -> date:
    """The earlier of yesterday and the last event's day, in the community's time zone."""
    days = LocalDays(community.timezone)
    yesterday = days.day(now_ms()) - 1
    span = await reader.event_span(community.id)
    return date_of(yesterday if span is None else min(yesterday, days.day(span[1])))


async def default_week(reader: Reader, community: Community) -> date:
    """The Sunday of the last ISO week that is over and was lived through to its end."""
    until = await default_until(reader, community)
    return until - timedelta(days=until.isoweekday() % SUNDAY)
