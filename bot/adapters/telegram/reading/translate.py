"""Translates an update of Telegram's into Foyer's words."""

from collections.abc import Container

from bot.adapters.telegram.reading.calling import private_call, told_by_press
from bot.adapters.telegram.reading.members import (
    told_by_application,
    told_by_change,
    told_by_own_change,
)
from bot.adapters.telegram.reading.messages import told_by_message
from bot.adapters.telegram.reading.people import Me
from bot.adapters.telegram.reading.reactions import told_by_poll, told_by_reacting, told_by_vote
from bot.adapters.telegram.reading.told import NOTHING, PRIVATE, Told, is_group
from bot.adapters.telegram.reading.wire import Message, Update


def translate(update: Update, me: Me, *, now: int, blind: Container[int] = ()) -> Told:
    """What an update tells.

    `now` (epoch ms) dates what Telegram does not date. `blind` are the chats in which the bot may
    not hear of members coming and going but by service messages; elsewhere those are passed over,
    so that one join is never told twice.
    """
    if update.message is not None:
        return _told_by_message(update.message, me, blind)
    if update.callback_query is not None:
        return told_by_press(update.callback_query)
    if update.poll_answer is not None:
        return told_by_vote(update.poll_answer, now)
    if update.poll is not None:
        return told_by_poll(update.poll, now)
    return _told_by_standing(update)


def _told_by_message(message: Message, me: Me, blind: Container[int]) -> Told:
    chat = message.chat
    if is_group(chat):
        return told_by_message(message, me, trusts_service=chat.id in blind)
    if chat.type != PRIVATE:
        return NOTHING
    call = private_call(message, me)
    return NOTHING if call is None else Told(call=call)


def _told_by_standing(update: Update) -> Told:
    """What is told of somebody's standing in a group; channels and private chats are none."""
    if update.message_reaction is not None and is_group(update.message_reaction.chat):
        return told_by_reacting(update.message_reaction)
    if update.chat_member is not None and is_group(update.chat_member.chat):
        return told_by_change(update.chat_member)
    if update.my_chat_member is not None and is_group(update.my_chat_member.chat):
        return told_by_own_change(update.my_chat_member)
    if update.chat_join_request is not None and is_group(update.chat_join_request.chat):
        return told_by_application(update.chat_join_request)
    return NOTHING
