"""Who there is on the fake Telegram: people, groups, channels, private chats and invite links."""

from tests.fakes.telegram_state import Json, Membership, Person, Room
from tests.fakes.telegram_world import BOT_ID, World

RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics"),
)
PERMISSIONS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages"),
    *("can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages"),
    "can_manage_topics",
)
SHOWN = len("https://t.me/+fake000")
"""How much of others' links a bot sees."""


class People(World):
    """Makes people and chats."""

    def person(
        self,
        name: str = "Ana",
        language: str | None = None,
        username: str | None = None,
        *,
        is_bot: bool = False,
        id: int | None = None,
    ) -> int:
        """Somebody new on Telegram."""
        with self.changed:
            number = id or 100_000 + self.number()
            self.people[number] = Person(number, name, language, username, is_bot)
            return number

    def group(
        self,
        title: str = "Runners",
        kind: str = "supergroup",
        *,
        is_forum: bool = False,
        id: int | None = None,
        owner: int | None = None,
        bot: str | None = "member",
        username: str | None = None,
    ) -> int:
        """A group or channel that was always there; `bot` is what the bot is in it, if anything."""
        with self.changed:
            number = id or self._new_id(kind)
            room = self.rooms[number] = Room(number, kind, title, is_forum, username)
            if owner is not None:
                room.members[owner] = Membership("creator")
            if bot is not None:
                room.members[BOT_ID] = Membership(bot)
            return number

    def channel(self, title: str = "News", *, bot: str | None = None) -> int:
        """A channel."""
        return self.group(title, "channel", bot=bot)

    def private(self, user: int) -> Room:
        """The chat between somebody and the bot."""
        with self.changed:
            person = self.people[user]
            return self.rooms.setdefault(user, Room(user, "private", person=person))

    def link(self, chat: int, name: str | None = None, *, gated: bool = False) -> str:
        """An invite link that the chat's owner made."""
        with self.changed:
            room = self.rooms[chat]
            return self.new_link(room, self.in_charge(room), name, gated=gated)

    def new_link(self, room: Room, creator: int, name: str | None, *, gated: bool) -> str:
        """Make an invite link."""
        url = f"https://t.me/+fake{self.number():012d}"
        room.links[url] = {
            "invite_link": url,
            "creator": self.people[creator].user,
            "creates_join_request": gated,
            "is_primary": False,
            "is_revoked": False,
            **({"name": name} if name else {}),
        }
        return url

    def link_told(self, link: Json) -> Json:
        """How the bot hears of a link that somebody follows: those of others are cut short."""
        if link["is_revoked"]:
            raise AssertionError("nobody comes by a link that was revoked")
        if link["creator"]["id"] == BOT_ID:
            return link
        return {**link, "invite_link": f"{link['invite_link'][:SHOWN]}..."}

    def member(self, room: Room, user: int) -> Json:
        """The Bot API's ChatMember."""
        is_what = room.membership(user)
        told: Json = {"status": is_what.status, "user": self.people[user].user}
        if is_what.status == "creator":
            told["is_anonymous"] = is_what.is_anonymous
        elif is_what.status == "administrator":
            told |= {right: right in is_what.rights for right in RIGHTS}
            told |= {"can_be_edited": False, "is_anonymous": is_what.is_anonymous}
        elif is_what.status == "restricted":
            told |= dict.fromkeys(PERMISSIONS, False)
            told |= {"is_member": is_what.is_member, "until_date": 0}
        elif is_what.status == "kicked":
            told["until_date"] = 0
        return told

    def in_charge(self, room: Room) -> int:
        """The owner of a chat; somebody new where none is known."""
        for user, membership in room.members.items():
            if membership.status == "creator":
                return user
        owner = self.person("Odile Owner")
        room.members[owner] = Membership("creator")
        return owner

    def _new_id(self, kind: str) -> int:
        number = self.number()
        return -(4_000_000 + number) if kind == "group" else -(1_001_000_000_000 + number)
