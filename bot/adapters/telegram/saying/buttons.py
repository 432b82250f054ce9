"""What a button sends back when it is pressed: a command and its arguments, in 64 bytes."""

import re
from urllib.parse import unquote

from bot.post import Choice

LONGEST = 64
"""Bytes in UTF-8; Telegram takes no more."""

_CALL = re.compile(r"([a-z0-9_]{1,32})(?:\?(.*))?", re.DOTALL)
_MARKS = str.maketrans({"%": "%25", "&": "%26", "=": "%3D"})


def data_of(choice: Choice) -> str:
    """What the button of a choice sends: `command?name=value&name=value`.

    Raises:
        ValueError: it does not fit, or is no command.
    """
    words = "&".join(
        f"{name.translate(_MARKS)}={value.translate(_MARKS)}" for name, value in choice.arguments
    )
    data = f"{choice.command}?{words}" if words else choice.command
    if len(data.encode()) > LONGEST:
        raise ValueError(f"a button of /{choice.command} says more than {LONGEST} bytes")
    if read(data) is None:
        raise ValueError(f"“{choice.command}” is no command")
    return data


def read(data: str) -> tuple[str, dict[str, str]] | None:
    """The command and arguments of a button that was pressed; None where it is none of ours."""
    call = _CALL.fullmatch(data)
    if call is None:
        return None
    command, words = call.groups()
    pairs = [word.partition("=") for word in words.split("&")] if words else []
    if not all(mark for _, mark, _ in pairs):
        return None
    return command, {unquote(name): unquote(value) for name, _, value in pairs}
