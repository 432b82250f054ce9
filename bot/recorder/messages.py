"""Writes messages, their deletions and the reactions on them."""

from collections.abc import Sequence

from bot.events import MessageDeleted, MessageSent, ReactionChanged
from bot.model import snowflake_ms
from bot.recorder.albums import find_surplus, item_of, put_together, spot_of
from bot.recorder.batch import Batch
from bot.recorder.foreign import Told, take_double_messages, take_double_reactions
from bot.recorder.names import thread_name
from db.connection import Row
from db.flags import ASKS, LINK, MEDIA, UNSEEN
from db.numbers import MessageNumber, clocked_at, message_number
from db.tables import DELETION, MENTION, MESSAGE, MESSAGE_NAME, REACTION


def flags_of(message: MessageSent) -> int:
    """The flags of a message as the store keeps them."""
    question = UNSEEN if message.has_question is None else ASKS * message.has_question
    return question | MEDIA * message.has_media | LINK * message.has_link


async def write_messages(batch: Batch, items: Sequence[tuple[int, MessageSent]]) -> None:
    """Store messages with the accounts they mention; of an album's, the one that is the post."""
    numbers = [message_number(message.id) for _, message in items]
    rows = [
        _row(batch, message, number) for (_, message), number in zip(items, numbers, strict=True)
    ]
    names: list[Row] = []
    mentions: list[Row] = []
    for position in await _insert_posts(batch, items, rows):
        message, number, row = items[position][1], numbers[position], rows[position]
        _, at, channel, key, author, _reply, *_ = row
        names += _names(batch, channel, number, message.reply_to)
        mentions += [
            (batch.community, at, channel, key, place, batch.account(message.platform, name))
            for place, name in enumerate(dict.fromkeys(message.mentions))
        ]
        batch.act(author, at)
        batch.touch(at, channel)
        batch.arrived(channel, key)
    await batch.connection.insert(MENTION, mentions)
    await batch.connection.insert(MESSAGE_NAME, names)


async def _insert_posts(
    batch: Batch, items: Sequence[tuple[int, MessageSent]], rows: Sequence[Row]
) -> list[int]:
    """Store the rows of messages that are posts; the positions of those that are new."""
    albums = [item_of(batch, message, message.album) for _, message in items if message.album]
    _, successors = await put_together(batch, albums)
    surplus = await find_surplus(batch, rows)
    posts = [n for n, row in enumerate(rows) if not surplus or spot_of(row) not in surplus]
    inserted = await batch.insert(MESSAGE, [rows[n] for n in posts], [items[n][0] for n in posts])
    new = [posts[position] for position in inserted]
    for position in new:
        if successors and spot_of(rows[position]) in successors:
            batch.fresh[items[position][0]] = False  # the album was heard of already
    doubles = await take_double_messages(batch, items)
    gone, known = doubles.among({n: _told(rows[n]) for n in new})
    for position in known:
        batch.fresh[items[position][0]] = False
    return [position for position in new if position not in gone]


def _told(row: Row) -> Told:
    _, at, channel, number, author, *_ = row
    return Told(channel, number, (at, author))


def _row(batch: Batch, message: MessageSent, number: MessageNumber) -> Row:
    platform = message.platform
    clocked = clocked_at(platform, number.number, message.at)
    thread = message.thread and batch.channel(
        *thread_name(platform, message.channel, message.thread)
    )
    return (
        batch.community,
        message.at if clocked is None else clocked,
        batch.channel(platform, message.channel),
        number.number,
        batch.account(platform, message.author),
        None if message.reply_to is None else message_number(message.reply_to).number,
        batch.account_or_none(platform, message.reply_to_author),
        thread,
        message.length,
        flags_of(message),
        int(clocked is None),
    )


def _names(
    batch: Batch, channel: int, number: MessageNumber, reply_to: str | None = None
) -> list[Row]:
    named = [number] if reply_to is None else [number, message_number(reply_to)]
    return [
        (batch.community, channel, one.number, one.name) for one in named if one.name is not None
    ]


async def write_deletions(batch: Batch, items: Sequence[tuple[int, MessageDeleted]]) -> None:
    """Store deletions; of two, the earlier one counts."""
    for index, deletion in items:
        channel = batch.channel(deletion.platform, deletion.channel)
        number = message_number(deletion.id)
        key = (batch.community, channel, number.number, int(deletion.by_moderator))
        if not await batch.insert(DELETION, [(*key, deletion.at)], [index]):
            await batch.connection.run(
                "hasten_deletion",
                community=batch.community,
                channel=channel,
                message=number.number,
                by_moderator=int(deletion.by_moderator),
                at=deletion.at,
            )
        await batch.connection.insert(MESSAGE_NAME, _names(batch, channel, number))
        if deletion.by_moderator:
            await _touch_message(batch, channel, number.number)


async def _touch_message(batch: Batch, channel: int, message: int) -> None:
    """Mark the days of a message and of every reaction on it."""
    where = {"community": batch.community, "channel": channel, "message": message}
    ats = {row[0] for row in await batch.connection.rows("reactions_to", **where)}
    ats.add(await batch.connection.value("located_message", **where))
    clock = snowflake_ms(message)
    ats.add(await batch.connection.value("clocked_message", at=clock, **where))
    for at in ats - {None}:
        batch.touch(at, channel)


async def write_reactions(batch: Batch, items: Sequence[tuple[int, ReactionChanged]]) -> None:
    """Store reactions put and taken back."""
    rows: list[Row] = []
    names: list[Row] = []
    for _, reaction in items:
        channel = batch.channel(reaction.platform, reaction.channel)
        number = message_number(reaction.message)
        author = batch.account_or_none(reaction.platform, reaction.message_author)
        account = batch.account(reaction.platform, reaction.user)
        added = int(reaction.op == "add")
        key = (batch.community, channel, number.number, account, reaction.emoji)
        rows.append((*key, reaction.at, added, author))
        names += _names(batch, channel, number)
    inserted = await batch.insert(REACTION, rows, [index for index, _ in items])
    doubles = await take_double_reactions(batch, items)
    _, known = doubles.among({n: _reacted(rows[n]) for n in inserted})
    for position in known:
        batch.fresh[items[position][0]] = False
    for position in inserted:
        _, channel, _, account, _, at, *_ = rows[position]
        batch.touch(at, channel)
        batch.act(account, at)
    await batch.connection.insert(MESSAGE_NAME, names)


def _reacted(row: Row) -> Told:
    _, channel, number, *deed, _author = row
    return Told(channel, number, tuple(deed))
