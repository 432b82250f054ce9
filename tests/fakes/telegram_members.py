"""Everybody's coming and going, and who runs a chat."""

from typing import Any

from tests.fakes.telegram_people import RIGHTS, People
from tests.fakes.telegram_state import GRANTED, Json, Membership, Room
from tests.fakes.telegram_world import BOT_ID


class Members(People):
    """What people do about being in a chat; instants are epoch milliseconds, else now."""

    def joins(
        self,
        chat: int,
        user: int,
        *,
        link: str | None = None,
        added_by: int | None = None,
        via_request: bool = False,
        service: bool = True,
        at: int | None = None,
    ) -> None:
        """Somebody comes in; `service` tells whether the chat shows it."""
        with self.changed:
            room, actor = self.rooms[chat], added_by or user
            further: Json = {}
            if link is not None:
                further["invite_link"] = self.link_told(room.links[link])
            if via_request:
                further["via_join_request"] = True
            self._becomes(room, user, Membership("member"), actor, at, **further)
            if service and room.is_group:
                self.service(room, actor, at, new_chat_members=[self.people[user].user])

    def leaves(
        self,
        chat: int,
        user: int,
        *,
        by: int | None = None,
        banned: bool = False,
        service: bool = True,
        at: int | None = None,
    ) -> None:
        """Somebody goes, or is sent away."""
        with self.changed:
            room, actor = self.rooms[chat], by or user
            if service and room.is_group:
                self.service(room, actor, at, left_chat_member=self.people[user].user)
            self._becomes(room, user, Membership("kicked" if banned else "left"), actor, at)

    def asks_to_join(self, chat: int, user: int, link: str, *, at: int | None = None) -> None:
        """Somebody wants to be let in; a bot that may invite hears of it."""
        with self.changed:
            room, date = self.rooms[chat], self.date(at)
            if room.membership(BOT_ID).may("can_invite_users"):
                told = self.link_told(room.links[link])
                asked = {"chat": room.chat, "from": self.people[user].user, "user_chat_id": user}
                asked |= {"date": date, "invite_link": told}
                self.emit("chat_join_request", asked, room, date)

    def adds_bot(
        self,
        chat: int,
        by: int,
        *,
        admin: bool = False,
        at: int | None = None,
        service: bool = True,
    ) -> None:
        """The bot is brought in."""
        with self.changed:
            room = self.rooms[chat]
            self._becomes(room, BOT_ID, Membership("administrator" if admin else "member"), by, at)
            if service and room.is_group:
                self.service(room, by, at, new_chat_members=[self.me.user])

    def removes_bot(self, chat: int, by: int, *, at: int | None = None) -> None:
        """The bot is sent away."""
        self.leaves(chat, BOT_ID, by=by, banned=True, at=at)

    def starts(self, user: int) -> None:
        """Somebody opens the private chat; only then may the bot write there."""
        with self.changed:
            person, room = self.people[user], self.private(user)
            was_blocked, person.has_started, person.has_blocked = person.has_blocked, True, False
            if was_blocked:
                self._becomes(room, BOT_ID, Membership("member"), user, None)
            room.members[BOT_ID] = Membership("member")

    def blocks(self, user: int) -> None:
        """Somebody wants no more of the bot."""
        with self.changed:
            self.people[user].has_blocked = True
            self._becomes(self.private(user), BOT_ID, Membership("kicked"), user, None)

    def promote(
        self,
        chat: int,
        user: int = BOT_ID,
        *,
        by: int | None = None,
        anonymous: bool = False,
        **rights: bool,
    ) -> None:
        """Make somebody an administrator; rights that are not named are the usual ones."""
        unknown = set(rights) - set(RIGHTS)
        if unknown:
            raise AssertionError(f"no such rights: {unknown}")
        with self.changed:
            room = self.rooms[chat]
            granted = {right for right in RIGHTS if rights.get(right, right in GRANTED)}
            new = Membership("administrator", frozenset(granted), is_anonymous=anonymous)
            self._becomes(room, user, new, by or self.in_charge(room), None)

    def demote(self, chat: int, user: int = BOT_ID, *, by: int | None = None) -> None:
        """Make an administrator a member again."""
        with self.changed:
            room = self.rooms[chat]
            self._becomes(room, user, Membership(), by or self.in_charge(room), None)

    def restricts(
        self, chat: int, user: int = BOT_ID, *, by: int | None = None, is_member: bool = True
    ) -> None:
        """Take somebody's right to write."""
        with self.changed:
            room = self.rooms[chat]
            new = Membership("restricted", is_member=is_member)
            self._becomes(room, user, new, by or self.in_charge(room), None)

    def service(self, room: Room, sender: int, at: int | None, **what: Any) -> Json:
        """A message in which the chat itself tells something; every bot there hears it."""
        message = self.new_message(room, self.people[sender].user, self.date(at), **what)
        if room.membership(BOT_ID).is_in:
            self.emit("message", message, room, message["date"])
        return message

    def _becomes(
        self, room: Room, user: int, new: Membership, by: int, at: int | None, **further: Any
    ) -> None:
        old, date = self.member(room, user), self.date(at)
        room.members[user] = new
        told = {
            "chat": room.chat,
            "from": self.people[by].user,
            "date": date,
            "old_chat_member": old,
            "new_chat_member": self.member(room, user),
            **further,
        }
        self.emit("my_chat_member" if user == BOT_ID else "chat_member", told, room, date)
