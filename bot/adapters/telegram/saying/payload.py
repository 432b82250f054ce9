"""A message as the outbox keeps it for Telegram: its text, buttons and file, in compact JSON."""

import dataclasses
import html
import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from bot.adapters.telegram.saying.buttons import data_of
from bot.post import Attachment, Choice, Post, plain
from bot.render.telegram import render_telegram

CAPTION = 1_024
"""UTF-16 units that Telegram takes under a file."""
LARGEST_FILE = 10_000_000
"""Bytes; Telegram takes no larger photo, and the outbox is no place for a larger document."""
SHORT_LABEL = 16
"""Characters; two such labels stand beside each other on a phone."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How PNG and JPEG files begin."""
_TAG = re.compile("<[^>]*>")


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button with what it sends to Foyer, or else the address that it opens."""

    label: str
    data: str = ""
    url: str = ""


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file; `is_picture` shows it, else it is there to be downloaded."""

    name: str
    content: bytes
    is_picture: bool = False


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message; `is_plain` says that its text holds no markup."""

    text: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    file: File | None = None
    is_plain: bool = False
    is_pinned: bool = False


def payloads_of(post: Post) -> list[str]:
    """A post as payloads, one for each message that it needs; only the first is ever pinned.

    A file goes with the words in one message where they fit under it. Otherwise the first picture
    comes before them, under the title, and every other file after them in a message of its own: an
    album would be one call for many messages, which could not be changed or doubted one by one.
    The buttons are under the last words.

    Raises:
        ValueError: a file is too large, a button says too much, or nothing stands above a button.
    """
    messages = list(_messages(post))
    if post.choices:
        if not messages:
            raise ValueError("buttons need something to stand under")
        bare = [n for n, one in enumerate(messages) if one.file is None]
        last = bare[-1] if bare else -1
        messages[last] = replace(messages[last], rows=_rows(post.choices))
    if post.is_pinned and messages:
        messages[0] = replace(messages[0], is_pinned=True)
    return [write(message) for message in messages]


def link_of(text: str, label: str, url: str) -> str:
    """A payload of a text with one button below it that opens an address."""
    return write(Payload(html.escape(text, quote=False), ((Button(label, url=url),),)))


def plain_of(payload: str) -> str | None:
    """A payload without its markup, its picture as a file to download; None if it has neither."""
    said = read(payload)
    file = said.file and replace(said.file, is_picture=False)
    text = said.text if said.is_plain else html.unescape(_TAG.sub("", said.text))
    if (text, file) == (said.text, said.file):
        return None
    return write(replace(said, text=text, file=file, is_plain=True))


def write(payload: Payload) -> str:
    """The payload as JSON, the same for the same payload."""
    return msgspec.json.encode(payload).decode()


def read(payload: str) -> Payload:
    """The payload that `write` wrote."""
    return msgspec.json.decode(payload, type=Payload)


def _messages(post: Post) -> Iterator[Payload]:
    """What is said, one after the other, without buttons."""
    files = [_file(attached) for attached in post.files]
    if len(files) == 1:
        captions = render_telegram(post, CAPTION)
        if len(captions) <= 1:
            yield Payload(captions[0] if captions else _alt(post.files[0]), file=files[0])
            return
    lead = next((n for n, file in enumerate(files) if file.is_picture), None)
    if lead is not None:
        titles = render_telegram(Post(post.title, ()), CAPTION)
        title = titles[0] if len(titles) == 1 else ""
        yield Payload(title or _alt(post.files[lead]), file=files[lead])
        post = dataclasses.replace(post, title="") if title else post
    for text in render_telegram(post):
        yield Payload(text)
    for number, file in enumerate(files):
        if number != lead:
            yield Payload(_alt(post.files[number]), file=file)


def _file(attached: Attachment) -> File:
    if len(attached.content) > LARGEST_FILE:
        raise ValueError(f"{attached.name} has more than {LARGEST_FILE} bytes")
    return File(attached.name, attached.content, attached.content.startswith(_PICTURES))


def _alt(attached: Attachment) -> str:
    """What a file shows, where no other words tell it: Telegram has no other place for that."""
    return next(iter(render_telegram(plain(attached.alt), CAPTION)), "")


def _rows(choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """One button in a row, or two where their labels are short."""
    buttons = [Button(choice.label, data_of(choice)) for choice in choices]
    columns = 2 if max(len(button.label) for button in buttons) <= SHORT_LABEL else 1
    starts = range(0, len(buttons), columns)
    return tuple(tuple(buttons[start : start + columns]) for start in starts)
