"""Makes one post of the messages of an album: the one of the lowest number stands for all.

Reactions and replies to the others go on pointing where they point; whoever reads them finds the
post through the album.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.events import AlbumItemSent, MessageSent
from bot.recorder.batch import Batch
from bot.recorder.foreign import take_double_messages
from db.connection import Row
from db.numbers import MessageNumber, clocked_at, is_stand_in, message_number
from db.tables import ALBUM_ITEM, MESSAGE_NAME

Spot = tuple[int, int]
"""A channel and a message's number."""


class Item(NamedTuple):
    """A message of an album."""

    channel: int
    number: MessageNumber
    at: int
    author: int
    album: str

    @property
    def spot(self) -> Spot:
        """Where the message is found."""
        return self.channel, self.number.number


def item_of(batch: Batch, sent: MessageSent | AlbumItemSent, album: str) -> Item:
    """A message of an album in the store's numbers."""
    number = message_number(sent.id)
    clocked = clocked_at(sent.platform, number.number, sent.at)
    return Item(
        batch.channel(sent.platform, sent.channel),
        number,
        sent.at if clocked is None else clocked,
        batch.account(sent.platform, sent.author),
        album,
    )


async def write_album_items(batch: Batch, items: Sequence[tuple[int, AlbumItemSent]]) -> None:
    """Store messages that are no posts of their own."""
    told = [item_of(batch, sent, sent.album) for _, sent in items]
    positions, _ = await put_together(batch, told)
    for position in positions:
        batch.fresh[items[position][0]] = True
    await take_double_messages(batch, items)


async def put_together(batch: Batch, items: Sequence[Item]) -> tuple[list[int], set[Spot]]:
    """Store which messages belong together; what is no post any more goes.

    Gives the positions of those that are new, and the posts that take the place of a later one.
    """
    if not items:
        return [], set()
    positions = await batch.add(ALBUM_ITEM, [_row(batch, item) for item in items])
    new = [items[position] for position in positions]
    for item in new:
        batch.albums.note(*item.spot)
        batch.act(item.author, item.at)
        batch.arrived(*item.spot)
    await batch.connection.insert(MESSAGE_NAME, _names(batch, new))
    albums = sorted({(item.channel, item.album) for item in new})
    posts = [await _take_surplus(batch, channel, album) for channel, album in albums]
    return positions, {post for post in posts if post is not None}


def spot_of(row: Row) -> Spot:
    """Where a row of `MESSAGE` is found."""
    return row[2], row[3]


async def find_surplus(batch: Batch, rows: Iterable[Row]) -> set[Spot]:
    """The messages that are no posts, among some rows of `MESSAGE` and what is near them."""
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    if batch.albums:
        for channel, number in map(spot_of, rows):
            if batch.albums.may_hold(channel, number):
                numbers[channel].append(number)
    found: set[Spot] = set()
    for channel, near in numbers.items():
        higher = await batch.connection.rows(
            "higher_items",
            community=batch.community,
            channel=channel,
            first=min(near),
            last=max(near),
        )
        found.update((channel, row[0]) for row in higher)
    return found


async def _take_surplus(batch: Batch, channel: int, album: str) -> Spot | None:
    """Take away what was stored as a post and is none; the album's post where there was any."""
    where = {"community": batch.community, "channel": channel, "album": album}
    lowest = await batch.connection.value("lowest_of_album", **where)
    stored = await batch.connection.rows("stored_of_album", above=lowest, **where)
    if not stored:
        return None
    gone = [
        {"community": batch.community, "at": at, "channel": channel, "message": number}
        for at, number, _ in stored
    ]
    await batch.connection.run_many("drop_message", gone)
    await batch.connection.run_many("drop_mentions_in", gone)
    for at, *_ in stored:
        batch.touch(at, channel)
    if any(reply is not None and is_stand_in(reply) for *_, reply in stored):
        await batch.connection.run("drop_unused_names", community=batch.community)
    return channel, lowest


def _row(batch: Batch, item: Item) -> Row:
    return (batch.community, *item.spot, item.at, item.author, item.album)


def _names(batch: Batch, items: Iterable[Item]) -> list[Row]:
    return [
        (batch.community, *item.spot, item.number.name)
        for item in items
        if item.number.name is not None
    ]
