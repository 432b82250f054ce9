"""Makes one community of two: everything of one is told again to the other."""

from collections.abc import Sequence

from bot.clock import LocalDays
from bot.events import ChannelDescribed, Event
from bot.model import AccountId, Community, Platform
from bot.privacy.forgetting import opt_out
from bot.recorder import Recorder
from bot.settings import load_settings, save_settings
from db.connection import Connection
from db.directory import list_platforms
from db.erasure import erase_community
from db.joining import carry_over, inherit, raw_horizon, share_old_days
from db.presence import presence_span
from db.rezone import rezone
from db.rollups import settle
from db.suppression import Suppression
from db.telling import Teller

_BATCH = 2_000
_READERS = ("main", "moderators")


async def absorb(
    connection: Connection,
    keeper: Community,
    absorbed: Community,
    suppression: Suppression,
    now: int,
) -> None:
    """Bring everything of one community into another, inside an open transaction; one way.

    Events that both know count once. The keeper keeps its name, its time zone and whatever was
    set in it; whoever opted out of either is out of both. Recorders that others hold for the
    keeper are of no more use.
    """
    await inherit(connection, keeper.id, absorbed.id)
    for one in (keeper, absorbed):
        await _let_go(connection, one, keeper.id, suppression, now)
    horizon = await _settled(connection, keeper, absorbed)
    await _tell_again(connection, keeper, absorbed, suppression)
    await _hand_over(connection, keeper, absorbed)
    if horizon is not None:
        await share_old_days(connection, keeper.id, absorbed.id, horizon)
    await erase_community(connection, absorbed.id)


async def _let_go(
    connection: Connection, community: Community, joint: int, suppression: Suppression, now: int
) -> None:
    """Erase whoever must not be recorded in the joint community."""
    rows = await connection.rows("numbered_accounts", community=community.id)
    known = {(str(platform), str(external_id)) for platform, external_id, *_ in rows}
    for name in sorted(await suppression.covered(connection, joint, known)):
        await opt_out(connection, suppression, community.id, AccountId(*name), now)


async def _settled(connection: Connection, keeper: Community, absorbed: Community) -> int | None:
    """The first local day of which raw events tell in both, their older roll-ups made ready."""
    if await raw_horizon(connection, keeper.id, absorbed.id) is None:
        return None
    for one in (keeper, absorbed):
        await settle(connection, one.id, LocalDays(one.timezone))
    if absorbed.timezone != keeper.timezone:
        await rezone(connection, absorbed.id, keeper.timezone)
    return await raw_horizon(connection, keeper.id, absorbed.id)


async def _tell_again(
    connection: Connection, keeper: Community, absorbed: Community, suppression: Suppression
) -> None:
    recorder = Recorder(connection, keeper, suppression)
    await recorder.record(await _channels(connection, absorbed.id))
    seen_on = await list_platforms(connection, absorbed.id)
    platform = seen_on[0] if seen_on else Platform.DISCORD  # of what belongs to none
    async for events in Teller(connection, absorbed.id, platform).tell():
        for start in range(0, len(events), _BATCH):
            await recorder.record(events[start : start + _BATCH])
    await recorder.settle()


async def _channels(connection: Connection, community: int) -> Sequence[Event]:
    """What kind every channel is of, which no other event tells."""
    return [
        ChannelDescribed(platform=platform, channel=channel, kind=kind, parent=parent)
        for platform, channel, kind, parent in await connection.rows(
            "kinds_of_channels", community=community
        )
    ]


async def _hand_over(connection: Connection, keeper: Community, absorbed: Community) -> None:
    """Bring over what the bot keeps; a keeper that it never met takes the other's language."""
    before = await load_settings(connection, keeper.id)
    if await presence_span(connection, keeper.id) is None:
        await connection.run("set_language", community=keeper.id, language=absorbed.language)
    await carry_over(connection, keeper.id, absorbed.id)
    if (await load_settings(connection, keeper.id)).mixes_readers:
        taken = [name for name in _READERS if getattr(before, name) is None]
        await save_settings(connection, keeper.id, **dict.fromkeys(taken))
