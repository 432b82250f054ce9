"""What people do in a chat besides writing: they react, press, vote, open topics, migrate."""

from collections.abc import Iterable
from typing import Any

from tests.fakes.telegram_state import Json, Membership, Room, Sent
from tests.fakes.telegram_talk import AS_CHANNEL, Talk
from tests.fakes.telegram_world import BOT_ID

ICON_COLOR = 7_322_096


class Deeds(Talk):
    """What people do; instants are epoch milliseconds, now where none is given."""

    def reacts(
        self,
        chat: int,
        message: int,
        user: int,
        *emoji: str,
        at: int | None = None,
        as_channel: int | None = None,
    ) -> None:
        """Somebody's reactions to a message are now these; digits are a custom emoji's id."""
        with self.changed:
            room, new = self.rooms[chat], [_reaction(one) for one in emoji]
            if self.people[user].is_bot:
                return
            who: Json = {"user": self.people[user].user}
            if as_channel is not None:
                who = {"actor_chat": self.rooms[as_channel].chat}
            told = {"chat": room.chat, "message_id": message, "date": self.date(at), **who}
            told["old_reaction"] = room.reactions.get((message, as_channel or user), [])
            told["new_reaction"] = room.reactions[message, as_channel or user] = new
            self.emit("message_reaction", told, room, self.date(at))

    def counts_reactions(
        self, chat: int, message: int, emoji: str, count: int, *, at: int | None = None
    ) -> None:
        """How many anonymous reactions a message has now."""
        with self.changed:
            room, date = self.rooms[chat], self.date(at)
            counted = [{"type": _reaction(emoji), "total_count": count}]
            told = {"chat": room.chat, "message_id": message, "date": date, "reactions": counted}
            self.emit("message_reaction_count", told, room, date)

    def presses(self, user: int, message: Sent, label: str) -> str:
        """Somebody presses a button of the bot's; the id that the bot has to answer."""
        with self.changed:
            buttons = [one for row in message.keyboard for one in row if one["text"] == label]
            if not buttons or "callback_data" not in buttons[0]:
                raise AssertionError(f"no button says {label!r}; there are {message.labels}")
            data = buttons[0]["callback_data"]
            return self.press_data(user, self.rooms[message.chat], message.id, data)

    def press_data(self, user: int, room: Room, message: int, data: str) -> str:
        """A press as somebody's own client may forge it."""
        with self.changed:
            number, gone = self.new_press(), {"chat": room.chat, "message_id": message, "date": 0}
            told = {"id": number, "from": self.people[user].user, "chat_instance": "7"}
            told |= {"message": room.messages.get(message, gone), "data": data}
            self.emit("callback_query", told, room)
            return number

    def opens_poll(
        self,
        chat: int,
        user: int,
        question: str = "When?",
        *options: str,
        at: int | None = None,
        **further: Any,
    ) -> Json:
        """Somebody asks the chat; the message, whose poll has an id."""
        with self.changed:
            poll = self.new_poll(question, options or ("yes", "no"), **further)
            said = self.says(chat, user, at=at, poll=poll)
            self.polls[poll["id"]] = (chat, said["message_id"])
            return said

    def votes(self, poll: str, user: int, *options: int, as_channel: int | None = None) -> None:
        """Somebody votes; the bot hears of it only in its own polls. No option takes it back."""
        with self.changed:
            chat, message = self.polls[poll]
            room = self.rooms[chat]
            asked = room.messages[message]
            if asked["from"]["id"] != BOT_ID or asked["poll"]["is_anonymous"]:
                return
            who: Json = {"user": self.people[user].user}
            if as_channel is not None:
                who = {"voter_chat": self.rooms[as_channel].chat, "user": AS_CHANNEL.user}
            told: Json = {"poll_id": poll, "option_ids": list(options), **who}
            told["option_persistent_ids"] = [str(one) for one in options]
            self.emit("poll_answer", told, room)

    def closes_poll(self, poll: str) -> None:
        """Whoever asked ends it."""
        with self.changed:
            chat, message = self.polls[poll]
            room = self.rooms[chat]
            ended = room.messages[message]["poll"]
            ended["is_closed"] = True
            self.emit("poll", ended, room)

    def new_poll(self, question: str, options: Iterable[str], **further: Any) -> Json:
        """The Bot API's Poll."""
        told = [
            {"persistent_id": str(index), "text": option, "voter_count": 0}
            for index, option in enumerate(options)
        ]
        flags = ("is_closed", "is_anonymous", "allows_multiple_answers", "members_only")
        return {
            "id": str(5_300_000_000_000_000 + self.number()),
            **{"question": question, "options": told, "total_voter_count": 0, "type": "regular"},
            **{**dict.fromkeys(flags, False), "allows_revoting": True, **further},
        }

    def opens_topic(
        self, chat: int, user: int, name: str = "Shoes", *, at: int | None = None
    ) -> int:
        """Somebody opens a topic in a forum; its id."""
        with self.changed:
            room = self.rooms[chat]
            number = room.last_id + 1
            room.topics[number] = name
            what: Json = {"message_thread_id": number, "is_topic_message": True}
            what["forum_topic_created"] = {"name": name, "icon_color": ICON_COLOR}
            self.service(room, user, at, **what)
            return number

    def migrate(
        self, chat: int, *, tell_old: bool = True, tell_new: bool = True, by: int | None = None
    ) -> int:
        """A basic group becomes a supergroup, with another id; which of the two says so."""
        with self.changed:
            old = self.rooms[chat]
            actor = by or self.in_charge(old)
            new = self.group(old.title, bot=None)
            room = self.rooms[new]
            room.members = {user: Membership(m.status, m.rights) for user, m in old.members.items()}
            if tell_old:
                self.service(old, actor, None, migrate_to_chat_id=new)
            if tell_new:
                self.service(room, actor, None, migrate_from_chat_id=chat)
            old.moved_to = new
            return new

    def push(self, update: Json | bytes, *, poison: bool = False, date: int | None = None) -> int:
        """Queue an update as it is; `poison` is not judged. `date` in Unix seconds; its id."""
        with self.changed:
            if not poison and isinstance(update, dict):
                self.check_update({**update, "update_id": self.updates.next_id})
            number = self.updates.push(update, date)
            self.notify()
            return number

    def push_many(self, updates: Iterable[Json | bytes]) -> None:
        """Queue many updates, unjudged."""
        with self.changed:
            for update in updates:
                self.updates.push(update)
            self.notify()


def _reaction(emoji: str) -> Json:
    if emoji == "paid":
        return {"type": "paid"}
    if emoji.isdigit():
        return {"type": "custom_emoji", "custom_emoji_id": emoji}
    return {"type": "emoji", "emoji": emoji}
