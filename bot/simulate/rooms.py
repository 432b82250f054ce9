"""The club's channels, when they opened, and when the bot could not look into them."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import DAY_MS, HOUR_MS
from bot.events import ChannelDescribed, GapNoted, ThreadCreated
from bot.simulate import club
from bot.simulate.dice import Dice
from bot.simulate.rhythm import Rhythm
from bot.simulate.snowflake import Mint
from bot.simulate.world import Channel


@dataclass(frozen=True, slots=True)
class Rooms:
    """The guild's channels; `text` are in the order of `club.ROOMS`."""

    text: tuple[str, ...]
    voice: str
    thread: str
    thread_opened_at: int

    def channels(self) -> list[Channel]:
        """Where people write, the thread last."""
        talk = [room.talk for room in club.ROOMS]
        rooms = [Channel(id, often) for id, often in zip(self.text, talk, strict=True)]
        return [*rooms, Channel(self.thread, club.THREAD.talk, self.thread_opened_at)]

    def described(self) -> list[ChannelDescribed]:
        """The channels' kinds."""
        kinds = [*zip(self.text, club.ROOMS, strict=True), (self.voice, club.VOICE_ROOM)]
        found = [
            ChannelDescribed(platform=club.PLATFORM, channel=id, kind=room.kind)
            for id, room in kinds
        ]
        thread = ChannelDescribed(
            platform=club.PLATFORM,
            channel=self.thread,
            kind=club.THREAD.kind,
            parent=self.text[club.OUTINGS],
        )
        return [*found, thread]

    def opening(self, user: str) -> ThreadCreated:
        """The thread being opened by somebody."""
        return ThreadCreated(
            platform=club.PLATFORM,
            user=user,
            channel=self.text[club.OUTINGS],
            thread=self.thread,
            at=self.thread_opened_at,
        )


def build(rhythm: Rhythm, mint: Mint, dice: Dice) -> Rooms:
    """The rooms of a club that was founded long before the first day."""
    made = rhythm.start - dice.between(500, 900) * DAY_MS
    voice, *text = (
        mint.id_at(made + 60_000 * room + dice.between(0, 50_000))
        for room in range(len(club.ROOMS) + 1)
    )
    opened_at = rhythm.instant(club.THREAD_OPENED, 12) + dice.between(0, HOUR_MS)
    return Rooms(tuple(text), voice, mint.id_at(opened_at), opened_at)


def gaps(rhythm: Rhythm, rooms: Rooms) -> list[GapNoted]:
    """The outage of everything and the outings out of sight, where the span holds them."""
    found = []
    down, first, last = club.OUTAGE
    if rhythm.holds(down):
        start, end = rhythm.instant(down, first, 20), rhythm.instant(down, last, 5)
        found.append(GapNoted(platform=club.PLATFORM, start=start, end=end, reason="down"))
    shut, first, last, later = club.SHUT_OUT
    if rhythm.holds(shut):
        reopened = shut + timedelta(days=later)
        found.append(
            GapNoted(
                platform=club.PLATFORM,
                start=rhythm.instant(shut, first),
                end=rhythm.instant(reopened, last, 30),
                reason="permission",
                channel=rooms.text[club.OUTINGS],
            )
        )
    return found
