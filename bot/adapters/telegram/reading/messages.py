"""What a message or a service message in a group tells."""

from bot.adapters.telegram.reading.calling import command_in
from bot.adapters.telegram.reading.members import told_by_service
from bot.adapters.telegram.reading.people import TELEGRAM, Me, robot, speaker_of
from bot.adapters.telegram.reading.prose import Text, reduced
from bot.adapters.telegram.reading.told import NOTHING, Told, place_of
from bot.adapters.telegram.reading.topics import answered_by, topic_of
from bot.adapters.telegram.reading.wire import Message
from bot.events import MessageSent, ThreadCreated

_UNSEEN = Text(None, None)


def told_by_message(message: Message, me: Me, *, trusts_service: bool) -> Told:
    """What a message in a group tells.

    `trusts_service` says that nothing but service messages tells who comes and goes there.
    """
    if message.text is None and not _has_content(message):
        return _told_by_service(message, me, trusts_service)
    chat = message.chat
    place = place_of(chat.id)
    voice = speaker_of(message.from_, message.sender_chat, chat.id)
    parent = answered_by(message)
    other = None if parent is None else speaker_of(parent.from_, parent.sender_chat, chat.id)
    topic = topic_of(message)
    text = _text(message)
    sent = MessageSent(
        platform=TELEGRAM,
        channel=place.external_id,
        id=str(message.message_id),
        author=voice.account,
        at=message.date * 1000,
        reply_to=None if parent is None else str(parent.message_id),
        reply_to_author=None if other is None else other.account,
        mentions=text.mentions,
        album=message.media_group_id,
        length=text.length,
        has_question=text.has_question,
        has_media=message.text is None and _has_media(message),
        has_link=text.has_link,
        thread=None if topic is None else str(topic),
    )
    described = (*voice.described, *(() if other is None else other.described))
    return Told(
        place=place,
        chat=chat,
        events=(*described, *map(robot, text.robots), sent),
        names={} if voice.name is None else {voice.account: voice.name},
        polls=() if message.poll is None else (message.poll.id,),
        call=command_in(message, me) if message.entities else None,
    )


def _text(message: Message) -> Text:
    if message.text is not None:
        return reduced(message.text, message.entities)
    if message.rich_message is not None or message.checklist is not None:
        return _UNSEEN
    return reduced(message.caption or "", message.caption_entities)


def _has_media(message: Message) -> bool:
    """Whether there is something to look at or to listen to."""
    return any(
        (
            message.photo,
            message.sticker,
            message.video,
            message.voice,
            message.document,
            message.animation,
            message.video_note,
            message.audio,
            message.live_photo,
            message.paid_media,
            message.story,
        )
    )


def _has_content(message: Message) -> bool:
    """Whether it is a message, and not a notice of Telegram's about what happened.

    What Telegram may invent one day counts for nothing until it is known here.
    """
    return _has_media(message) or any(
        (
            message.poll,
            message.location,
            message.contact,
            message.dice,
            message.venue,
            message.game,
            message.checklist,
            message.rich_message,
            message.giveaway,
            message.giveaway_winners,
            message.invoice,
        )
    )


def _told_by_service(message: Message, me: Me, trusts_service: bool) -> Told:
    place = place_of(message.chat.id)
    if message.migrate_to_chat_id is not None:
        return Told(moves=((place, place_of(message.migrate_to_chat_id)),))
    if message.migrate_from_chat_id is not None:
        return Told(moves=((place_of(message.migrate_from_chat_id), place),))
    if message.forum_topic_created is not None:
        return _told_by_topic(message)
    return told_by_service(message, me) if trusts_service else NOTHING


def _told_by_topic(message: Message) -> Told:
    place = place_of(message.chat.id)
    voice = speaker_of(message.from_, message.sender_chat, message.chat.id)
    opened = ThreadCreated(
        platform=TELEGRAM,
        user=voice.account,
        channel=place.external_id,
        thread=str(message.message_thread_id or message.message_id),
        at=message.date * 1000,
    )
    return Told(place=place, chat=message.chat, events=(*voice.described, opened))
