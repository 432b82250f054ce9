"""How the Bot API reads a text: HTML into entities, and what it links by itself."""

import html
import re
from typing import Any

from tests.fakes.telegram_refusals import bad_request

Json = dict[str, Any]

MOST_ENTITIES = 100

_TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    **{"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote"},
    "tg-emoji": "custom_emoji",
}
_MARK = re.compile(r"<[^>]*>|<.*|&(?:lt|gt|amp|quot|#\d{1,8}|#x[0-9a-fA-F]{1,8});", re.DOTALL)
_START = re.compile(
    r"<\s*([a-zA-Z-]+)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|\w+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\w+)))?")
_LINKED = re.compile(
    r"(?P<url>https?://[^\s<>]+|(?<![\w@./])(?:[\w-]+\.)+(?:com|org|net|gg|fr|io|me|ru)\b(?:/\S*)?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{2,31})"
    r"|(?P<bot_command>(?<![\w/@<])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/]))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,256})"
    r"|(?P<cashtag>(?<![\w$])\$[A-Z]{1,8}\b)"
)


def units(text: str) -> int:
    """The length in UTF-16 units, in which Telegram counts everything."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def links_found(text: str) -> list[Json]:
    """What a client would make clickable in a text without any markup."""
    return [
        {
            "type": found.lastgroup,
            "offset": units(text[: found.start()]),
            "length": units(found.group()),
        }
        for found in _LINKED.finditer(text)
    ]


def read_text(text: str, parse_mode: str) -> tuple[str, list[Json]]:
    """A text as it will stand, and its entities; refuses markup that cannot be parsed."""
    if parse_mode.upper() == "HTML":
        text, entities = _Reader(text).read()
    elif parse_mode:
        raise bad_request(f"the fake reads no {parse_mode}")
    else:
        entities = []
    text, entities = _trimmed(text, entities)
    entities += _outside(links_found(text), entities)
    entities.sort(key=lambda one: (one["offset"], -one["length"]))
    return text, entities[:MOST_ENTITIES]


class _Reader:
    """Reads one text of Telegram's HTML."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._said: list[str] = []
        self._units = 0
        self._open: list[tuple[str, str, int, Json]] = []
        self._entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        """The text without its tags, and what they meant."""
        at = 0
        for mark in _MARK.finditer(self._source):
            self._say(self._source[at : mark.start()])
            self._take(mark.group(), len(self._source[: mark.start()].encode()))
            at = mark.end()
        self._say(self._source[at:])
        if self._open:
            raise _unreadable(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"'
            )
        for entity in self._entities:
            entity.pop("class", None)
        return "".join(self._said), self._entities[::-1]

    def _say(self, text: str) -> None:
        self._said.append(text)
        self._units += units(text)

    def _take(self, mark: str, at: int) -> None:
        if mark.startswith("&"):
            self._say(html.unescape(mark))
        elif mark.startswith("</"):
            self._end(mark[2:-1].strip().lower(), at)
        elif not mark.endswith(">"):
            raise _unreadable(f"Unclosed start tag at byte offset {at}")
        else:
            self._begin(mark, at)

    def _begin(self, mark: str, at: int) -> None:
        found = _START.fullmatch(mark)
        tag = found.group(1).lower() if found else mark[1:-1].strip().lower()
        if not found or tag not in _TAGS:
            raise _unreadable(f'Unsupported start tag "{tag}" at byte offset {at}')
        attributes = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(found.group(2))
        }
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unreadable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self._open.append((tag, _TAGS[tag], self._units, attributes))

    def _end(self, tag: str, at: int) -> None:
        if not self._open:
            raise _unreadable(f"Unexpected end tag at byte offset {at}")
        begun, kind, start, attributes = self._open.pop()
        if tag not in {"", begun}:
            said = f'Unmatched end tag at byte offset {at}, expected "</{begun}>", found "</{tag}>"'
            raise _unreadable(said)
        entity, where = (
            _entity(kind, attributes),
            {"offset": start, "length": self._units - start},
        )
        if entity and where["length"]:
            self._add({**entity, **where})

    def _add(self, entity: Json) -> None:
        """Code in a language fills its block: the two are one."""
        inner = self._entities[-1] if self._entities else {}
        language = inner.pop("class", "").removeprefix("language-")
        is_filled = all(inner.get(key) == entity[key] for key in ("offset", "length"))
        if entity["type"] == "pre" and language and is_filled:
            self._entities.pop()
            entity = {**entity, "language": language}
        self._entities.append(entity)


def _entity(kind: str, attributes: Json) -> Json | None:
    """What a tag means; None where it means nothing."""
    if kind == "text_link":
        url = attributes.get("href", "")
        person = re.fullmatch(r"tg://user\?id=(\d+)", url)
        if person:
            return {"type": "text_mention", "user_id": int(person.group(1))}
        return {"type": kind, "url": url} if re.match(r"https?://|tg://", url) else None
    if kind == "code" and attributes.get("class", "").startswith("language-"):
        return {"type": kind, "class": attributes["class"]}
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": attributes.get("emoji-id", "")}
    if kind == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {"type": kind}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lead = len(text) - len(text.lstrip())
    cut, stripped = units(text[:lead]), text.strip()
    end, kept = units(stripped), []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        length = min(entity["offset"] - cut + entity["length"], end) - start
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return stripped, kept


def _outside(found: list[Json], entities: list[Json]) -> list[Json]:
    """Nothing is linked inside code, or inside a link."""
    closed = [
        one for one in entities if one["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    return [
        one
        for one in found
        if not any(
            one["offset"] < other["offset"] + other["length"]
            and other["offset"] < one["offset"] + one["length"]
            for other in closed
        )
    ]


def _unreadable(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
