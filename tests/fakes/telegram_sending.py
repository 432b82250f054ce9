"""The methods of the fake Bot API that say something."""

from typing import Any

from tests.fakes.telegram_access import (
    Access,
    check_speech,
    keyboard_of,
    picture_size,
    room_for,
)
from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_refusals import bad_request
from tests.fakes.telegram_state import Json, Room, Sent
from tests.fakes.telegram_text import read_text, units
from tests.fakes.telegram_world import BOT_ID

LONGEST = {"text": 4096, "caption": 1024}
LARGEST_PHOTO = 10 * 2**20
LARGEST_FILE = 50 * 2**20


class Upload(bytes):
    """The bytes of a file that came with a call."""

    name = ""


class Sending:
    """Answers calls that send something to a chat."""

    def __init__(self, world: Deeds) -> None:
        self._world = world

    def send_message(self, params: Json) -> Json:
        room = self._room(params)
        text, entities = text_of(self._world, params, "text")
        if not text:
            raise bad_request("message text is empty")
        return self._send(room, params, text, entities, {})

    def send_photo(self, params: Json) -> Json:
        return self._send_file(self._room(params), params, "photo")

    def send_document(self, params: Json) -> Json:
        return self._send_file(self._room(params), params, "document")

    def send_media_group(self, params: Json) -> list[Json]:
        room, media = self._room(params), params.get("media", [])
        if not 2 <= len(media) <= 10:
            raise bad_request("album must have 2-10 items")
        album, told = str(self._world.number()), []
        for one in media:
            content = params.get(str(one.get("media", "")).removeprefix("attach://"))
            if one.get("type") not in {"photo", "document"}:
                raise bad_request("can't use the media of the specified type in the album")
            alone = {**params, **one, one["type"]: content, "reply_markup": None}
            told.append(self._send_file(room, alone, one["type"], album))
        return told

    def send_poll(self, params: Json) -> Json:
        world, room = self._world, self._room(params)
        options = [one["text"] for one in params.get("options", [])]
        if not 2 <= len(options) <= 12:
            raise bad_request("poll must have at least 2 option")
        kept = ("is_anonymous", "allows_multiple_answers", "type", "is_closed")
        given = {key: params[key] for key in kept if key in params}
        poll = world.new_poll(params["question"], options, **{"is_anonymous": True, **given})
        message = self._send(room, params, "", [], {"poll": poll}, poll=poll)
        world.polls[poll["id"]] = (room.id, message["message_id"])
        return message

    def send_chat_action(self, params: Json) -> bool:
        self._room(params)
        return True

    def _room(self, params: Json) -> Room:
        room = room_for(self._world, params, Access.WRITE)
        check_speech(room)
        return room

    def _send_file(self, room: Room, params: Json, kind: str, album: str | None = None) -> Json:
        content = params.get(kind)
        if not isinstance(content, Upload):
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        caption, entities = text_of(self._world, params, "caption")
        file = kept_file(self._world, content, kind)
        further: Json = {kind: content, "file_name": content.name, "is_caption": True}
        return self._send(room, params, caption, entities, file, album=album, **further)

    def _send(
        self,
        room: Room,
        params: Json,
        text: str,
        entities: list[Json],
        media: Json,
        **further: Any,
    ) -> Json:
        world, keyboard = self._world, keyboard_of(params)
        topic, reply_to = self._topic(room, params), self._reply_to(room, params)
        what = {**media, **said(text, entities, is_caption=bool(media))}
        if topic is not None:
            what |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            answered = dict(room.messages[reply_to])
            answered.pop("reply_to_message", None)
            what["reply_to_message"] = answered
        if keyboard:
            what["reply_markup"] = {"inline_keyboard": keyboard}
        if further.get("album"):
            what["media_group_id"] = further["album"]
        message = world.new_message(room, world.me.user, world.seconds(), **what)
        sent = Sent(room.id, message["message_id"], topic, text, entities, keyboard, **further)
        sent.html = params.get("caption" if media else "text", "")
        sent.parse_mode, sent.reply_to = params.get("parse_mode", ""), reply_to
        sent.disable_notification = bool(params.get("disable_notification"))
        sent.link_preview, sent.at = params.get("link_preview_options"), world.clock.now()
        world.sent.append(sent)
        return message

    def _topic(self, room: Room, params: Json) -> int | None:
        topic: int | None = params.get("message_thread_id")
        if topic is None:
            return None
        if topic not in room.topics:
            raise bad_request("message thread not found")
        if topic in room.closed_topics and not room.membership(BOT_ID).is_admin:
            raise bad_request("TOPIC_CLOSED")
        return topic

    def _reply_to(self, room: Room, params: Json) -> int | None:
        asked = params.get("reply_parameters") or {}
        number: int | None = asked.get("message_id")
        if number is None or number in room.messages:
            return number
        if asked.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")


def text_of(world: Deeds, params: Json, name: str) -> tuple[str, list[Json]]:
    """A text or caption as it will stand, and its entities."""
    text, entities = read_text(params.get(name) or "", params.get("parse_mode") or "")
    entities = [one for one in (_known(world, entity) for entity in entities) if one]
    if units(text) > LONGEST[name]:
        raise bad_request(f"message {'caption ' if name == 'caption' else ''}is too long")
    return text, entities


def _known(world: Deeds, entity: Json) -> Json | None:
    """A mention of somebody by their id is one only where the bot knows them."""
    user = entity.pop("user_id", None)
    if user is None:
        return entity
    return {**entity, "user": world.people[user].user} if user in world.people else None


def said(text: str, entities: list[Json], *, is_caption: bool) -> Json:
    """The fields of a message that hold its text."""
    what: Json = {"caption" if is_caption else "text": text} if text else {}
    if entities:
        what["caption_entities" if is_caption else "entities"] = entities
    return what


def kept_file(world: Deeds, content: Upload, kind: str) -> Json:
    """Keep a file that came with a call; the fields of its message."""
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > (LARGEST_PHOTO if kind == "photo" else LARGEST_FILE):
        raise bad_request("file is too big")
    name = f"file{world.number()}"
    told: Json = {"file_id": name, "file_unique_id": name, "file_size": len(content)}
    if kind == "photo":
        width, height = picture_size(content)
        media: Json = {"photo": [{**told, "width": width, "height": height}]}
    else:
        media = {"document": {**told, "file_name": content.name}}
    world.files[name] = content
    return media
