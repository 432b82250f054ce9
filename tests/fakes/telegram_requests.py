"""Reads the calls that arrive at the fake Bot API, whatever their encoding."""

import json
import re
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.fakes.telegram_refusals import bad_request
from tests.fakes.telegram_sending import Upload
from tests.fakes.telegram_state import Json

STRUCTURED = frozenset(
    {
        *("allowed_updates", "caption_entities", "commands", "entities", "link_preview_options"),
        *("media", "menu_button", "options", "permissions", "reply_markup", "reply_parameters"),
        *("rights", "scope", "reaction", "message_ids"),
    }
)
NUMBER = re.compile(r"((.*_)?(id|limit|timeout|offset|date|connections|period|count|time))$")
NO_NUMBERS = frozenset({"callback_query_id", "file_id", "business_connection_id"}) | {
    *("message_effect_id", "inline_message_id", "custom_emoji_id"),
}
FLAG = re.compile(r"(is|can|disable|protect|show|drop|creates|return|has|allows|revoke)_")
FLAGS = {"true": True, "1": True, "false": False, "0": False}


async def read_params(request: web.Request) -> Json:
    """The parameters of a call by name: files as Upload, the rest as JSON would have them."""
    params = {name: _value(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        given: Json = await request.json()
        return params | given
    for name, value in (await request.post()).items():
        params[name] = _upload(value) if isinstance(value, FileField) else _value(name, str(value))
    return params


def check_structure(params: Json) -> None:
    """Refuse what should be JSON and is not."""
    for name in STRUCTURED & params.keys():
        if isinstance(params[name], str):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object")


def _upload(field: FileField) -> Upload:
    content = Upload(field.file.read())
    field.file.close()
    content.name = field.filename
    return content


def _value(name: str, value: str) -> Any:
    if name in STRUCTURED:
        with suppress(ValueError):
            return json.loads(value)
    if NUMBER.match(name) and name not in NO_NUMBERS and re.fullmatch(r"-?\d+", value):
        return int(value)
    return FLAGS.get(value.lower(), value) if FLAG.match(name) else value
