"""Who asks something of the bot: by a command, a press of a button, or words in private."""

from collections.abc import Iterator

from bot.adapters.telegram.reading.people import Me, account_of, speaker_of
from bot.adapters.telegram.reading.prose import marked, replaced
from bot.adapters.telegram.reading.told import NOTHING, Call, Told, is_group, place_of
from bot.adapters.telegram.reading.topics import answered_by, topic_of
from bot.adapters.telegram.reading.wire import Entity, Message, Press

_COMMAND = "bot_command"


def command_in(message: Message, me: Me) -> Call | None:
    """The command that a message begins with; None where it is another bot's, or others' words."""
    mark = _mark(message)
    if mark is None or message.text is None:
        return None
    if message.forward_origin is not None or message.via_bot is not None:
        return None
    if _is_bot(message):
        return None
    name, _, bot = message.text[1 : mark.length].partition("@")
    if not name or (bot and bot.lower() != me.username.lower()):
        return None
    return _call(message, name.lower(), mark.length, is_named=bool(bot))


def private_call(message: Message, me: Me) -> Call | None:
    """What somebody asks in the private chat with the bot: a command, or words."""
    if message.text is None or _is_bot(message):
        return None
    if _mark(message) is not None:
        return command_in(message, me)
    return _call(message, "", 0)


def told_by_press(press: Press) -> Told:
    """A press of a button; nothing where its message is not told."""
    shown = press.message
    if shown is None:
        return NOTHING
    call = Call(
        kind="button",
        chat=shown.chat,
        user=press.from_,
        thread=topic_of(shown),
        message=shown.message_id,
        data=press.data,
        callback_id=press.id,
    )
    if not is_group(shown.chat):
        return Told(call=call)
    return Told(place=place_of(shown.chat.id), chat=shown.chat, call=call)


def _mark(message: Message) -> Entity | None:
    """Where a message marks a command at its very beginning."""
    marks = (one for one in message.entities if one.offset == 0 and one.type == _COMMAND)
    return next(marks, None)


def _is_bot(message: Message) -> bool:
    """Whether another bot speaks; a stand-in for a chat is a bot in name only."""
    return message.sender_chat is None and message.from_ is not None and message.from_.is_bot


def _call(message: Message, command: str, start: int, *, is_named: bool = False) -> Call:
    parent, sender = answered_by(message), message.sender_chat
    other = None
    if parent is not None:
        other = speaker_of(parent.from_, parent.sender_chat, message.chat.id)
    return Call(
        kind="command" if command else "words",
        chat=message.chat,
        user=message.from_ if sender is None else None,
        sender_chat=None if sender is None else sender.id,
        at=message.date * 1000,
        thread=topic_of(message),
        message=message.message_id,
        command=command,
        words=_words(message, start),
        mentions=dict(_mentions(message)),
        reply_to=None if other is None else other.account,
        is_named=is_named,
    )


def _words(message: Message, start: int) -> str:
    """What follows the command; an account that was picked from the list stands as its id."""
    picked = [
        (one, f"@{account_of(one.user.id)}")
        for one in message.entities
        if one.type == "text_mention" and one.user is not None
    ]
    text = message.text or ""
    return (replaced(text, picked) if picked else text)[start:].strip()


def _mentions(message: Message) -> Iterator[tuple[str, str]]:
    """Whom an `@name` means, as it was typed, where the answered message tells it."""
    parent = answered_by(message)
    author = None if parent is None else parent.from_
    if author is None or author.username is None:
        return
    for one in message.entities:
        if one.type == "mention":
            name = marked(message.text or "", one)
            if name.lower() == f"@{author.username}".lower():
                yield name, account_of(author.id)
