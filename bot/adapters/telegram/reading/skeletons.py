"""What is kept of an update that nobody understood: its shape, with ids and times, without words.

People are left out of it: of ids only those of the update, of messages and of groups are shown.
"""

from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from bot.adapters import Misfit
from bot.adapters.telegram.reading.updates import Unreadable, update_id_of
from bot.adapters.telegram.reading.wire import LARGEST, Chat, Update

_SHOWN = frozenset(("update_id", "message_id", "message_thread_id", "date"))
_MOST_ITEMS = 10
_TYPES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "object",
}


def misfit(raw: bytes | msgspec.Raw, error: Unreadable) -> Misfit:
    """The quarantined form of an update, for whatever bytes it was made of."""
    data = bytes(raw)
    try:
        shape = _sketch(msgspec.json.decode(data), _update_type())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        shape = {"update_id": update_id_of(data)}
    told = {"bytes": len(data), "update": shape}
    return Misfit(str(error), msgspec.json.encode(told).decode())


@cache
def _update_type() -> inspect.Type:
    return inspect.type_info(Update)


def _sketch(value: Any, expected: inspect.Type) -> Any:
    """A value as the names of its types, along the fields that Foyer reads."""
    expected = _present(expected)
    if isinstance(value, dict) and isinstance(expected, inspect.StructType):
        return {
            field.encode_name: _shown(field, value[field.encode_name], expected.cls)
            for field in expected.fields
            if field.encode_name in value
        }
    if isinstance(value, list) and isinstance(expected, inspect.VarTupleType):
        return [_sketch(item, expected.item_type) for item in value[:_MOST_ITEMS]]
    return _TYPES[type(value)]


def _shown(field: inspect.Field, value: Any, owner: type) -> Any:
    if type(value) is int and abs(value) <= LARGEST:
        is_group = owner is Chat and field.name == "id" and value < 0
        if is_group or field.encode_name in _SHOWN:
            return value
    return _sketch(value, field.type)


def _present(expected: inspect.Type) -> inspect.Type:
    """What is expected where there is anything at all."""
    if not isinstance(expected, inspect.UnionType):
        return expected
    return next(one for one in expected.types if not isinstance(one, inspect.NoneType))
