"""Fetches what the figures of a community need, and has them computed."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from typing import Protocol

from bot.clock import LocalDays, date_of, day_number
from bot.conversations import ReplyInference
from bot.facts import FIRST_POST_DAYS, Facts, answered, build_facts, newcomers_to_watch
from bot.ledger import Ledger, Message, Reaction
from bot.model import Community
from bot.people import read_people
from bot.stats import Statistics, compose
from bot.tiers import read_tiers

ACTIVITY_DAYS = 98
"""The oldest cohorts joined 91 days before T."""
LEAD_DAYS = 2
"""Reply inference looks back one day of 23 to 25 hours."""


class Source(Protocol):
    """What the store tells about a community; with `today`, as it stood when that day began."""

    async def known_span(self, community_id: int) -> tuple[int, int] | None:
        """The first and the last instant of which anything is known, up to now."""
        ...

    async def ledger(self, community_id: int, timezone: str, today: int, first_day: int) -> Ledger:
        """Everything but messages."""
        ...

    def messages(
        self, community_id: int, timezone: str, today: int, first_day: int
    ) -> AsyncIterator[Sequence[Message]]:
        """The messages in batches ordered by time; no instant is split between two batches."""
        ...

    async def late_targets(
        self, community_id: int, timezone: str, today: int, first_day: int
    ) -> Collection[tuple[int, int]]:
        """The messages (channel, number) that were answered more than a day later."""
        ...

    async def reactions_on(
        self, community_id: int, timezone: str, today: int, posts: Sequence[tuple[int, int]]
    ) -> Sequence[Reaction]:
        """The reactions that stand on the messages (channel, number)."""
        ...


async def gather(store: Source, community: Community, until: date, days: int = 28) -> Statistics:
    """The statistics of the `days` local days that end with `until`, beside those a week before."""
    today = day_number(until) + 1
    facts = await facts_at(store, community, today, days)
    before = await facts_at(store, community, today - 7, days)
    return compose(community, facts, before, await _known_days(store, community))


async def _known_days(store: Source, community: Community) -> tuple[date, date] | None:
    span = await store.known_span(community.id)
    if span is None:
        return None
    local = LocalDays(community.timezone)
    first, last = (date_of(local.day(at)) for at in span)
    return first, last


async def facts_at(store: Source, community: Community, today: int, days: int) -> Facts:
    """The facts as they stood at the local midnight that begins day `today`."""
    place = (community.id, community.timezone, today)
    ledger = await store.ledger(*place, today - max(ACTIVITY_DAYS, 2 * days + 7))
    people = read_people(ledger)
    tiers = read_tiers(ledger, people)

    reach = max(FIRST_POST_DAYS, days + 1)
    inference = ReplyInference(
        people,
        since=LocalDays(community.timezone).start(today - reach),
        watch=newcomers_to_watch(ledger, people),
        late_targets=await store.late_targets(*place, today - reach),
    )
    async for batch in store.messages(*place, today - reach - LEAD_DAYS):
        inference.feed(batch)

    posts = inference.first_posts()
    reactions = await store.reactions_on(*place, [(post.channel, post.number) for post in posts])
    return build_facts(
        ledger,
        people,
        tiers,
        days,
        inference.conversations(),
        answered(posts, reactions, people),
    )
