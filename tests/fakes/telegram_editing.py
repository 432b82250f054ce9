"""The methods of the fake Bot API that change what was said: edit, delete, pin."""

from tests.fakes.telegram_access import Access, keyboard_of, room_for
from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_refusals import bad_request
from tests.fakes.telegram_sending import Upload, kept_file, said, text_of
from tests.fakes.telegram_state import Json, Room, Sent
from tests.fakes.telegram_world import BOT_ID

DELETABLE = 48 * 3600
"""Seconds after which only those with the right delete a message."""
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Editing:
    """Answers calls that change a message."""

    def __init__(self, world: Deeds) -> None:
        self._world = world

    def edit_message_text(self, params: Json) -> Json:
        room, sent = self._mine(params)
        text, entities = text_of(self._world, params, "text")
        if not text:
            raise bad_request("message text is empty")
        if sent.is_caption:
            raise bad_request("there is no text in the message to edit")
        return self._edit(room, sent, params, text, entities)

    def edit_message_caption(self, params: Json) -> Json:
        room, sent = self._mine(params)
        if not sent.is_caption:
            raise bad_request("there is no caption in the message to edit")
        text, entities = text_of(self._world, params, "caption")
        return self._edit(room, sent, params, text, entities)

    def edit_message_media(self, params: Json) -> Json:
        room, sent = self._mine(params)
        media = params.get("media", {})
        content = params.get(str(media.get("media", "")).removeprefix("attach://"))
        kind = media.get("type")
        if kind not in {"photo", "document"} or not isinstance(content, Upload):
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        text, entities = text_of(self._world, media, "caption")
        message = room.messages[sent.id]
        for gone in ("photo", "document", "text", "entities"):
            message.pop(gone, None)
        message |= kept_file(self._world, content, kind)
        sent.photo = content if kind == "photo" else None
        sent.document = content if kind == "document" else None
        sent.is_caption, sent.file_name = True, content.name
        return self._edit(room, sent, {**params, **media}, text, entities, is_new=True)

    def edit_message_reply_markup(self, params: Json) -> Json:
        room, sent = self._mine(params)
        return self._edit(room, sent, params, sent.text, sent.entities)

    def stop_poll(self, params: Json) -> Json:
        _, sent = self._mine(params)
        if sent.poll is None:
            raise bad_request("message with poll to stop not found")
        if sent.poll["is_closed"]:
            raise bad_request("poll has already been closed")
        self._world.closes_poll(sent.poll["id"])
        return sent.poll

    def delete_message(self, params: Json) -> bool:
        room = room_for(self._world, params, Access.WRITE)
        number = params.get("message_id", 0)
        if number not in room.messages:
            raise bad_request("message to delete not found")
        message = room.messages[number]
        if not room.membership(BOT_ID).may("can_delete_messages"):
            is_mine = message.get("from", {}).get("id") == BOT_ID
            if not is_mine and room.person is None:
                raise bad_request("message can't be deleted")
            if self._world.seconds() - message["date"] > DELETABLE:
                raise bad_request("message can't be deleted for everyone")
        self._world.deletes(room.id, number)
        return True

    def pin_chat_message(self, params: Json) -> bool:
        room = self._pinning(params)
        number = params.get("message_id", 0)
        if number not in room.messages:
            raise bad_request("message to pin not found")
        if number not in room.pinned:
            room.pinned.append(number)
            pinned = dict(room.messages[number])
            pinned.pop("reply_to_message", None)
            self._world.service(room, BOT_ID, None, pinned_message=pinned)
        self._mark_pins(room)
        return True

    def unpin_chat_message(self, params: Json) -> bool:
        room = self._pinning(params)
        number = params.get("message_id") or (room.pinned[-1] if room.pinned else 0)
        if number not in room.pinned:
            raise bad_request("message to unpin not found")
        room.pinned.remove(number)
        self._mark_pins(room)
        return True

    def _pinning(self, params: Json) -> Room:
        room = room_for(self._world, params, Access.WRITE)
        if room.person is None and not room.membership(BOT_ID).may("can_pin_messages"):
            raise bad_request("not enough rights to manage pinned messages in the chat")
        return room

    def _mine(self, params: Json) -> tuple[Room, Sent]:
        room = room_for(self._world, params, Access.EDIT)
        number = params.get("message_id", 0)
        if number not in room.messages:
            raise bad_request("message to edit not found")
        for sent in self._world.sent:
            if (sent.chat, sent.id) == (room.id, number) and room.moved_to is None:
                return room, sent
        raise bad_request("message can't be edited")

    def _edit(
        self,
        room: Room,
        sent: Sent,
        params: Json,
        text: str,
        entities: list[Json],
        *,
        is_new: bool = False,
    ) -> Json:
        keyboard = keyboard_of(params)
        is_same = (text, entities, keyboard) == (sent.text, sent.entities, sent.keyboard)
        if is_same and not is_new:
            raise bad_request(SAME)
        sent.edits.append(sent.text)
        sent.text, sent.entities, sent.keyboard = text, entities, keyboard
        sent.html = params.get("caption" if sent.is_caption else "text", sent.html)
        message = room.messages[sent.id]
        for gone in ("reply_markup", "caption", "caption_entities", "text", "entities"):
            message.pop(gone, None)
        message |= said(text, entities, is_caption=sent.is_caption)
        message["edit_date"] = self._world.seconds()
        if keyboard:
            message["reply_markup"] = {"inline_keyboard": keyboard}
        return message

    def _mark_pins(self, room: Room) -> None:
        for sent in self._world.sent:
            if sent.chat == room.id:
                sent.is_pinned = sent.id in room.pinned
