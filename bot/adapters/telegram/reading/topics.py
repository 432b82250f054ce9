"""In which forum topic a message stands, and which message it answers."""

from bot.adapters.telegram.reading.wire import Answered, Message, Shown


def topic_of(message: Message | Shown) -> int | None:
    """The forum topic of a message; the general one has no number.

    Outside of forums Telegram numbers threads of replies in the same way, which are no topics.
    """
    return message.message_thread_id if message.is_topic_message else None


def answered_by(message: Message) -> Answered | None:
    """The message that is answered, None where nobody is.

    In a topic, what answers nobody refers to the service message that opened the topic.
    """
    parent = message.reply_to_message
    if parent is None or parent.chat.id != message.chat.id:
        return None
    if parent.forum_topic_created is not None or parent.message_id == topic_of(message):
        return None
    return parent
