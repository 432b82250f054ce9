"""The methods of the fake Bot API that ask, and those about menus, links, presses and files."""

import re

from tests.fakes.telegram_access import Access, room_for
from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_refusals import bad_request
from tests.fakes.telegram_state import Json, Membership
from tests.fakes.telegram_world import BOT_ID, PRESS_LIVES

CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
SCOPES = CHAT_SCOPES | {
    *("default", "all_private_chats", "all_group_chats", "all_chat_administrators"),
}
MOST_COMMANDS = 100
LONGEST_LINK_NAME = 32
LONGEST_ANSWER = 200
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")


class Asking:
    """Answers calls that ask for something, or change what is not a message."""

    def __init__(self, world: Deeds) -> None:
        self._world = world

    def get_me(self, params: Json) -> Json:
        flags = {"can_join_groups": True, "can_read_all_group_messages": self._world.reads_all}
        never = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app")
        return {**self._world.me.user, **flags, **dict.fromkeys(never, False)}

    def get_chat(self, params: Json) -> Json:
        room = room_for(self._world, params, Access.READ)
        told = room.chat | {"accent_color_id": 1, "max_reaction_count": 11}
        told["accepted_gift_types"] = {**dict.fromkeys(GIFTS, True), "gifts_from_channels": True}
        if room.pinned:
            told["pinned_message"] = room.messages[room.pinned[-1]]
        return told

    def get_chat_administrators(self, params: Json) -> list[Json]:
        room = room_for(self._world, params, Access.MEMBERS)
        if room.person is not None:
            raise bad_request("there are no administrators in the private chat")
        with_bots = bool(params.get("return_bots"))
        return [
            self._world.member(room, user)
            for user, membership in room.members.items()
            if membership.is_admin
            and (with_bots or user == BOT_ID or not self._world.people[user].is_bot)
        ]

    def get_chat_member(self, params: Json) -> Json:
        user = params.get("user_id", 0)
        access = Access.READ if user == BOT_ID else Access.MEMBERS
        room = room_for(self._world, params, access)
        if user not in self._world.people:
            raise bad_request("invalid user_id specified")
        return self._world.member(room, user)

    def get_chat_member_count(self, params: Json) -> int:
        room = room_for(self._world, params, Access.MEMBERS)
        if room.person is not None:
            return 2
        return sum(membership.is_in for membership in room.members.values())

    def leave_chat(self, params: Json) -> bool:
        room = room_for(self._world, params, Access.EDIT)
        self._world.leaves(room.id, BOT_ID, service=False)
        room.members[BOT_ID] = Membership("left")
        return True

    def set_my_commands(self, params: Json) -> bool:
        commands = params.get("commands", [])
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", one.get("command", "")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(one.get("description", "")) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.commands[self._menu(params)] = commands
        return True

    def get_my_commands(self, params: Json) -> list[Json]:
        return self._world.commands.get(self._menu(params), [])

    def delete_my_commands(self, params: Json) -> bool:
        self._world.commands.pop(self._menu(params), None)
        return True

    def set_my_name(self, params: Json) -> bool:
        return self._describe(params, "name", 64)

    def set_my_description(self, params: Json) -> bool:
        return self._describe(params, "description", 512)

    def set_my_short_description(self, params: Json) -> bool:
        return self._describe(params, "short_description", 120)

    def answer_callback_query(self, params: Json) -> bool:
        number = params.get("callback_query_id", "")
        pressed = self._world.callbacks.pop(number, None)
        if pressed is None or self._world.seconds() - pressed > PRESS_LIVES:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if len(params.get("text", "")) > LONGEST_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        mine = f"https://t.me/{self._world.me.username}?start="
        if params.get("url") and not params["url"].replace("telegram.me", "t.me").startswith(mine):
            raise bad_request("URL_INVALID")
        self._world.answered_callbacks[number] = params
        return True

    def create_chat_invite_link(self, params: Json) -> Json:
        room = room_for(self._world, params, Access.WRITE)
        if not room.membership(BOT_ID).may("can_invite_users"):
            raise bad_request("not enough rights to manage chat invite link")
        name, gated = params.get("name", ""), bool(params.get("creates_join_request"))
        if len(name) > LONGEST_LINK_NAME:
            raise bad_request("INVITE_TITLE_TOO_LONG")
        if gated and params.get("member_limit"):
            said = "member limit can't be specified for links requiring administrator approval"
            raise bad_request(said)
        return room.links[self._world.new_link(room, BOT_ID, name, gated=gated)]

    def revoke_chat_invite_link(self, params: Json) -> Json:
        room = room_for(self._world, params, Access.WRITE)
        link = room.links.get(params.get("invite_link", ""))
        if link is None:
            raise bad_request("INVITE_HASH_EXPIRED")
        link["is_revoked"] = True
        return link

    def get_file(self, params: Json) -> Json:
        name = params.get("file_id", "")
        if name not in self._world.files:
            raise bad_request("invalid file_id")
        told = {"file_id": name, "file_unique_id": name, "file_path": f"files/{name}"}
        return {**told, "file_size": len(self._world.files[name])}

    def _describe(self, params: Json, what: str, longest: int) -> bool:
        words = params.get(what, "")
        if len(words) > longest:
            raise bad_request(f"BOT_{what.upper()}_TOO_LONG")
        self._world.descriptions[what, self._language(params)] = words
        return True

    def _menu(self, params: Json) -> tuple[str, int | None, str]:
        scope = params.get("scope") or {"type": "default"}
        if scope.get("type") not in SCOPES:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        if scope["type"] in CHAT_SCOPES:
            room_for(self._world, scope, Access.MEMBERS)
        return scope["type"], scope.get("chat_id"), self._language(params)

    def _language(self, params: Json) -> str:
        language: str = params.get("language_code", "")
        if language and not re.fullmatch("[a-z]{2}", language):
            raise bad_request("LANG_CODE_INVALID")
        return language
