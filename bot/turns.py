"""When the digests are due, and when each has its next turn, as it is told to moderators."""

from zoneinfo import ZoneInfo

from bot.recurrence import Weekly, upcoming
from bot.settings import CommunitySettings
from db.connection import Connection
from db.slots import standing


def digest_rhythm(settings: CommunitySettings) -> Weekly:
    """When a digest is due, whichever edition it is."""
    return Weekly(settings.digest_weekday, settings.digest_hour)


async def next_turn(
    connection: Connection,
    community: int,
    routine: str,
    settings: CommunitySettings,
    timezone: str,
    now: int,
) -> int:
    """The instant (epoch ms) of a digest's first turn that is neither decided nor in a pause.

    A week that had its turn on Monday has none on Friday any more, whatever is set meanwhile.
    """
    rhythm, zone = digest_rhythm(settings), ZoneInfo(timezone)
    slot = upcoming(rhythm, zone, now)
    while (
        settings.is_paused(slot.at)
        or await standing(connection, community, routine, slot.key) is not None
    ):
        slot = upcoming(rhythm, zone, slot.at)
    return slot.at
