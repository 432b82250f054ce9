"""The demo's community: a running club on a canal, its rooms, seasons and ways in."""

from datetime import date, timedelta
from typing import NamedTuple

from bot.model import Platform
from bot.simulate.growth import Block, Source
from bot.simulate.rhythm import Season

PLATFORM = Platform.DISCORD.value
NAME = "Les Foulées du Canal"
GUILD = "1000000000000000001"
"""The guild's id, whatever the seed: a demo's store is known by it."""
TIMEZONE = "Europe/Paris"
LAST_DAY = date(2025, 10, 5)

WEEKDAYS = (86, 112, 98, 112, 78, 92, 122)
"""Tuesday and Thursday they train, on Sunday they run long."""

SEASONS = (
    Season((7, 14), (8, 3), 82),
    Season((8, 4), (8, 24), 34),
    Season((8, 25), (8, 31), 76),
    Season((9, 1), (9, 21), 112),
)
"""The summer empties the banks; September fills them again."""


class Room(NamedTuple):
    """A channel of the club; `talk` is how often a conversation starts there."""

    kind: str
    talk: int


ROOMS = (
    Room("text", 30),
    Room("text", 22),
    Room("text", 18),
    Room("text", 10),
    Room("text", 10),
    Room("text", 10),
    Room("text", 0),
    Room("text", 0),
)
"""Everything, training, outings, gear, injuries, photos, introductions, announcements."""
HAUNTS = 6
"""How many of the rooms, from the first, people make their own."""

LOBBY, BOARD, OUTINGS = 6, 7, 2
"""Where newcomers say hello, where the staff announces, where the runs are planned."""

VOICE_ROOM = Room("voice", 0)
THREAD = Room("thread", 12)
"""The half marathon of October."""
THREAD_OPENED = date(2025, 6, 23)

SOURCES = (
    Source("friends", 40, 30),
    Source(
        "newsletter",
        22,
        50,
        tuple(date(2025, month, 3) for month in range(4, 11)),
        60,
        60.0,
    ),
    Source("event", 20, 42, (date(2025, 6, 15), date(2025, 9, 14)), 80, 300.0),
    Source(None, 18, 46),
)
PROMO = Block("promo", date(2025, 9, 2), 13, 4, (17, 18, 23), 240.0)

STAFF = ((2_100, 90, 3), (1_300, 60, 3))
HERO = (1_700, 90, 22)
"""Age of the account in days, appetite and helpfulness of those the club leans on."""

PACE_GROUPS = 9

OUTAGE = (date(2025, 9, 17), 13, 19)
"""The day and the hours in which the bot saw nothing at all."""

SHUT_OUT = (date(2025, 7, 8), 9, 18, 2)
"""The day, the hours and the days later in which it could not read the outings."""

POLLS = (date(2025, 5, 12), date(2025, 9, 22))
VOICE_NIGHTS = {2: 21, 6: 18}
"""Weekday and hour of the evenings in voice."""


def first_day(weeks: int) -> date:
    """The Monday on which a club of that many weeks begins."""
    return LAST_DAY - timedelta(days=7 * weeks - 1)
