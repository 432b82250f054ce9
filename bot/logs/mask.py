"""Hides secrets in text that leaves the process: tokens, webhooks, passwords in addresses."""

import html
import json
import re
from collections.abc import Iterable, Iterator

HIDDEN = "[hidden]"
_SHORTEST = 8
"""Anything shorter occurs by chance; a short password is still hidden inside an address."""

_WORD = "[A-Za-z0-9_-]"
_SHAPES = (
    rf"(?<!\d)\d{{6,12}}(?::|%(?:25)?3[Aa]){_WORD}{{30,}}",  # Telegram's token
    rf"{_WORD}{{23,80}}\.{_WORD}{{6,7}}\.{_WORD}{{27,}}",  # Discord's token
    rf"(?<=webhooks/)\d+/{_WORD}{{20,}}",
    rf"(?<=interactions/)\d+/{_WORD}{{20,}}",
    r"(?<=://)[^\s/@:\"']*:[^\s/@\"']+(?=@)",
    r"(?<=password=)[^\s&\"']+",
    r"(?<=[?&]token=)[^\s&\"']+",
    r"(?<=Bot )[\w.~+/=:%-]{20,}",
    r"(?<=Bearer )[\w.~+/=:%-]{20,}",
    r"(?<=Basic )[\w.~+/=:%-]{16,}",
)
"""What a secret looks like that no setting names."""


class Mask:
    """Replaces the given secrets, and whatever looks like one, however it is quoted."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        longest_first = sorted(set(_parts(secrets)), key=len, reverse=True)
        known = [_anyhow(secret) for secret in longest_first]
        self._pattern = re.compile("|".join([*known, *_SHAPES]))

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(HIDDEN, text)


def _parts(secrets: Iterable[str]) -> Iterator[str]:
    """The secrets, and the half of a token that is secret by itself."""
    for secret in secrets:
        for part in (secret, re.split("[:.]", secret)[-1]):
            if len(part) >= _SHORTEST:
                yield part


def _anyhow(secret: str) -> str:
    """A pattern of the secret with each character as it is, or as some quoting writes it."""
    return "".join(f"(?:{'|'.join(_spellings(character))})" for character in secret)


def _spellings(character: str) -> Iterator[str]:
    """The longest first, lest a part of one be left."""
    yield "".join(f"%(?:25)?(?i:{byte:02x})" for byte in character.encode())
    escapes = {json.dumps(character)[1:-1], ascii(character)[1:-1], html.escape(character)}
    escapes |= {repr(character.encode())[2:-1], character}
    yield from map(re.escape, sorted(escapes, key=len, reverse=True))
