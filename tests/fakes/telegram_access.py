"""What the bot may do where, and what the fake Bot API demands of keyboards and pictures."""

from enum import Enum

from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_refusals import bad_request, forbidden
from tests.fakes.telegram_state import Json, Person, Room
from tests.fakes.telegram_world import BOT_ID

LONGEST_DATA = 64
MOST_BUTTONS = 100
NAMES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


class Access(Enum):
    """What a method needs of a chat, as the real server sorts them."""

    READ = "read"
    MEMBERS = "members"
    EDIT = "edit"
    WRITE = "write"


def room_for(world: Deeds, params: Json, access: Access) -> Room:
    """The chat that a call names; refuses what the bot may not do there."""
    room = _named(world, params)
    if room.person is not None:
        _check_person(room.person, access)
    elif room.kind == "group":
        _check_group(room, access)
    else:
        _check_supergroup(room, access)
    return room


def check_speech(room: Room) -> None:
    """Refuse where the bot is in a chat, but may not write."""
    membership = room.membership(BOT_ID)
    is_muted = not room.may_write and not membership.is_admin
    if room.person is None and (is_muted or membership.status == "restricted"):
        raise bad_request("not enough rights to send text messages to the chat")


def _named(world: Deeds, params: Json) -> Room:
    chat = params.get("chat_id")
    if chat is None or chat == "":
        raise bad_request("chat_id is empty")
    if isinstance(chat, str):
        rooms = world.rooms.values()
        found = [room for room in rooms if room.username and f"@{room.username}" == chat]
        if not found:
            raise bad_request("chat not found")
        return found[0]
    person = world.people.get(chat)
    if person is not None and not person.is_bot:
        return world.private(chat)
    if chat not in world.rooms:
        raise bad_request("chat not found")
    return world.rooms[chat]


def _check_person(person: Person, access: Access) -> None:
    if access in {Access.READ, Access.MEMBERS}:
        if not person.has_started:
            raise bad_request("chat not found")
    elif person.is_deleted:
        raise forbidden("user is deactivated")
    elif person.has_blocked:
        raise forbidden("bot was blocked by the user")
    elif not person.has_started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_group(room: Room, access: Access) -> None:
    if access is Access.READ:
        return
    if access in {Access.WRITE, Access.MEMBERS}:
        if room.moved_to is not None:
            said = "group chat was upgraded to a supergroup chat"
            raise bad_request(said, migrate_to_chat_id=room.moved_to)
        if room.is_gone:
            raise forbidden("the group chat was deleted")
    if room.moved_to is None:
        _check_presence(room)


def _check_supergroup(room: Room, access: Access) -> None:
    is_kicked = room.membership(BOT_ID).status == "kicked"
    is_open = room.username is not None and access in {Access.READ, Access.MEMBERS}
    if is_kicked or not is_open:
        _check_presence(room)


def _check_presence(room: Room) -> None:
    membership = room.membership(BOT_ID)
    if membership.status == "kicked":
        raise forbidden(f"bot was kicked from the {NAMES[room.kind]}")
    if not membership.is_in:
        raise forbidden(f"bot is not a member of the {NAMES[room.kind]}")


def keyboard_of(params: Json) -> list[list[Json]]:
    """The buttons under a message; refuses what Telegram would not show."""
    rows: list[list[Json]] = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if not button.get("text"):
            raise bad_request("inline keyboard button text is empty")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        if len(button) < 2:
            raise bad_request("text buttons are unallowed in the inline keyboard")
    if len(buttons) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; refuses what is neither."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-12:]:
        size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    elif content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9"):
        size = (100, 100)
    else:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if not 0 < sum(size) <= 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size
