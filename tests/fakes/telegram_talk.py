"""What people say in a chat."""

from typing import Any

from tests.fakes.telegram_members import Members
from tests.fakes.telegram_state import Json, Person, Room
from tests.fakes.telegram_text import links_found
from tests.fakes.telegram_world import BOT_ID

ANONYMOUS = Person(1_087_968_824, "Group", username="GroupAnonymousBot", is_bot=True)
AS_CHANNEL = Person(136_817_688, "Channel", username="Channel_Bot", is_bot=True)
TELEGRAM = Person(777_000, "Telegram")
PHOTO = {"file_id": "photo", "file_unique_id": "p", "width": 90, "height": 90, "file_size": 900}


class Talk(Members):
    """What people write; instants are epoch milliseconds, now where none is given."""

    def says(
        self,
        chat: int,
        user: int,
        text: str = "",
        *,
        at: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
        entities: list[Json] | None = None,
        as_channel: int | None = None,
        anonymous: bool = False,
        album: str | None = None,
        photo: bool = False,
        forward: int | None = None,
        edit_of: int | None = None,
        **further: Any,
    ) -> Json:
        """Somebody writes, or edits; `further` fields go into the message as they are."""
        with self.changed:
            room = self.private(user) if chat == user else self.rooms[chat]
            if edit_of is not None:
                return self._edits(room, edit_of, text, entities, at)
            is_picture = photo or album is not None
            what = self.words(text, entities, is_caption=is_picture)
            if is_picture:
                what["photo"] = [PHOTO]
            if album is not None:
                what["media_group_id"] = album
            if forward is not None:
                origin = {"type": "user", "date": self.date(at)}
                what["forward_origin"] = {**origin, "sender_user": self.people[forward].user}
            what |= self._place(room, topic, reply_to)
            person, sender = self._sender(room, user, as_channel, anonymous=anonymous)
            return self.told(room, person, self.date(at), {**what, **sender, **further})

    def forwards(self, chat: int, channel: int, text: str, *, at: int | None = None) -> Json:
        """A post of the linked channel appears in its group by itself."""
        with self.changed:
            room, source, date = self.rooms[chat], self.rooms[channel], self.date(at)
            post = self.new_message(source, None, date, text=text)
            origin = {"type": "channel", "date": date, "chat": source.chat}
            what = {
                "sender_chat": source.chat,
                "forward_origin": {**origin, "message_id": post["message_id"]},
                "is_automatic_forward": True,
                **self.words(text, None, is_caption=False),
            }
            return self.told(room, TELEGRAM, date, what)

    def posts(self, channel: int, text: str, *, at: int | None = None) -> Json:
        """Something is posted in a channel."""
        with self.changed:
            room = self.rooms[channel]
            what = {"sender_chat": room.chat, **self.words(text, None, is_caption=False)}
            message = self.new_message(room, None, self.date(at), **what)
            if room.membership(BOT_ID).is_in:
                self.emit("channel_post", message, room, message["date"])
            return message

    def deletes(self, chat: int, message: int) -> None:
        """Somebody deletes a message; Telegram tells no bot of it."""
        with self.changed:
            room = self.rooms[chat]
            room.messages.pop(message, None)
            room.pinned = [one for one in room.pinned if one != message]
            for sent in self.sent:
                if (sent.chat, sent.id) == (chat, message):
                    sent.deleted, sent.is_pinned = True, False

    def told(self, room: Room, person: Person, date: int, what: Json) -> Json:
        """Put a message of somebody's into a chat, and tell the bot if it may hear it."""
        message = self.new_message(room, person.user, date, **what)
        is_other_bot = person.is_bot and "sender_chat" not in what
        if not is_other_bot and self._is_for_bot(room, message):
            self.emit("message", message, room, date)
        return message

    def words(self, text: str, entities: list[Json] | None, *, is_caption: bool) -> Json:
        """The fields of a message that hold its text."""
        if not text:
            return {}
        found = links_found(text)
        found += [entity for entity in entities or () if entity not in found]
        marks = {"caption_entities" if is_caption else "entities": found} if found else {}
        return {"caption" if is_caption else "text": text, **marks}

    def _sender(
        self, room: Room, user: int, as_channel: int | None, *, anonymous: bool
    ) -> tuple[Person, Json]:
        if as_channel is not None:
            return AS_CHANNEL, {"sender_chat": self.rooms[as_channel].chat}
        if anonymous:
            return ANONYMOUS, {"sender_chat": room.chat}
        return self.people[user], {}

    def _is_for_bot(self, room: Room, message: Json) -> bool:
        """With privacy mode the bot hears only commands and answers to itself."""
        if room.kind != "private" and not room.membership(BOT_ID).is_in:
            return False
        if self.reads_all or room.kind == "private" or room.membership(BOT_ID).is_admin:
            return True
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        command, _, bot = message.get("text", "").split(" ")[0].partition("@")
        addressed = command.startswith("/") and bot.lower() in {"", self.me.username}
        return addressed or answered == BOT_ID

    def _edits(
        self, room: Room, number: int, text: str, entities: list[Json] | None, at: int | None
    ) -> Json:
        message = room.messages[number]
        is_caption = "photo" in message
        message |= self.words(text, entities, is_caption=is_caption) | {"edit_date": self.date(at)}
        if self._is_for_bot(room, message):
            self.emit("edited_message", message, room, message["edit_date"])
        return message

    def _place(self, room: Room, topic: int | None, reply_to: int | None) -> Json:
        what: Json = {}
        if topic is not None:
            what |= {"message_thread_id": topic, "is_topic_message": True}
            if reply_to is None:
                reply_to = topic
        if reply_to is not None:
            answered = dict(room.messages[reply_to])
            answered.pop("reply_to_message", None)
            what["reply_to_message"] = answered
            if room.kind == "supergroup" and topic is None:
                what["message_thread_id"] = answered.get("message_thread_id", reply_to)
        return what
