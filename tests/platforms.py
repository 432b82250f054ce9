"""Platforms that are honest about what they accepted: a file tells it, whatever the caller heard.

Posts have one message for each paragraph. Faults are scripted per target, one for each call.
"""

import asyncio
import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bot.adapters import Capabilities, Host
from bot.clock import Clock
from bot.delivery import ContentError, MessageGoneError, Sighting
from bot.post import Para, Post

NONCE_MS = 120_000


class Fault(NamedTuple):
    """What goes wrong with one call: it raises, or hangs for ever, having done its work or not."""

    error: Exception | None = None
    is_accepted: bool = False


def lost(error: Exception) -> Fault:
    """The call raises, and nothing was done."""
    return Fault(error)


def unheard(error: Exception) -> Fault:
    """The call raises, and yet it was done."""
    return Fault(error, is_accepted=True)


HANGS = Fault()
"""The call never comes back, and nothing was done."""
HANGS_AFTER = Fault(is_accepted=True)
"""The call never comes back, and yet it was done."""


class Call(NamedTuple):
    op: str
    target: str
    at: int


@dataclass
class Message:
    id: str
    target: str
    payload: str
    nonce: str
    at: int
    is_deleted: bool = False

    @property
    def text(self) -> str:
        said: str = json.loads(self.payload)["text"]
        return said

    @property
    def choices(self) -> list[tuple[str, str, dict[str, str]]]:
        return [
            (label, command, said) for label, command, said in json.loads(self.payload)["choices"]
        ]


@dataclass
class HonestPlatform:
    """A platform with or without nonces; `shows_history` says whether `find` sees everything."""

    file: Path
    clock: Clock
    platform: str = "telegram"
    capabilities: Capabilities = field(default_factory=Capabilities)
    shows_history: bool = True
    refuses_markup: bool = False
    is_connected: bool = True
    calls: list[Call] = field(default_factory=list)
    faults: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    search_faults: deque[Fault] = field(default_factory=deque)

    async def run(self, host: Host) -> None:
        """Hear nothing."""

    def fail(self, target: str, *faults: Fault) -> None:
        """Let the next calls for a target go wrong."""
        self.faults[target].extend(faults)

    def render(self, post: Post) -> list[str]:
        texts = [
            block.text
            for section in post.sections
            for block in section.blocks
            if isinstance(block, Para)
        ]
        if post.choices:
            texts = [" ".join(texts)]
        choices = [(one.label, one.command, dict(one.arguments)) for one in post.choices]
        return [json.dumps({"text": text, "choices": choices, "markup": True}) for text in texts]

    def plain(self, payload: str) -> str | None:
        content = json.loads(payload)
        if not content["markup"]:
            return None
        return json.dumps({**content, "markup": False})

    async def send(self, target: str, payload: str, nonce: str) -> str:
        fault = self._called("send", target)
        if fault is None or fault.is_accepted:
            self._check(payload)
            sent_id = self._remembered(nonce) or self._add(target, payload, nonce)
        if fault is not None:
            await _befall(fault)
        return sent_id

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        fault = self._called("edit", target)
        if fault is None or fault.is_accepted:
            self._check(payload)
            if any(one.id == sent_id and one.is_deleted for one in self.everything):
                raise MessageGoneError("message to edit not found")
            self._write({"op": "edit", "id": sent_id, "payload": payload})
        if fault is not None:
            await _befall(fault)

    async def delete(self, target: str, sent_id: str) -> None:
        fault = self._called("delete", target)
        if fault is None or fault.is_accepted:
            self._write({"op": "delete", "id": sent_id})
        if fault is not None:
            await _befall(fault)

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        self.calls.append(Call("find", target, self.clock.now()))
        if self.search_faults:
            await _befall(self.search_faults.popleft())
        if not self.shows_history:
            return Sighting(None, is_certain=False)
        found = [one.id for one in self.everything if one.nonce == nonce and one.at >= since]
        return Sighting(found[0] if found else None, is_certain=True)

    def remove(self, text: str) -> None:
        """Somebody deletes the messages that read so."""
        for one in self.everything:
            if one.text == text:
                self._write({"op": "delete", "id": one.id})

    @property
    def everything(self) -> list[Message]:
        """Every message that was ever accepted, as it is now."""
        messages: dict[str, Message] = {}
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            entry: dict[str, Any] = json.loads(line)
            match entry.pop("op"):
                case "send":
                    messages[entry["id"]] = Message(**entry)
                case "edit":
                    messages[entry["id"]].payload = entry["payload"]
                case "delete":
                    messages[entry["id"]].is_deleted = True
        return list(messages.values())

    @property
    def texts(self) -> list[str]:
        """What stands in its channels."""
        return [message.text for message in self.everything if not message.is_deleted]

    def count(self, op: str, target: str | None = None) -> int:
        return sum(call.op == op and target in (None, call.target) for call in self.calls)

    def _called(self, op: str, target: str) -> Fault | None:
        self.calls.append(Call(op, target, self.clock.now()))
        waiting = self.faults[target]
        return waiting.popleft() if waiting else None

    def _check(self, payload: str) -> None:
        if self.refuses_markup and json.loads(payload)["markup"]:
            raise ContentError("bad entities")

    def _remembered(self, nonce: str) -> str | None:
        since = self.clock.now() - self.capabilities.nonce_ms
        known = [one.id for one in self.everything if one.nonce == nonce and one.at > since]
        return known[0] if self.capabilities.nonce_ms and known else None

    def _add(self, target: str, payload: str, nonce: str) -> str:
        message = Message(str(len(self.everything) + 1), target, payload, nonce, self.clock.now())
        entry = {key: value for key, value in vars(message).items() if key != "is_deleted"}
        self._write({"op": "send", **entry})
        return message.id

    def _write(self, entry: dict[str, Any]) -> None:
        with self.file.open("a") as file:
            file.write(json.dumps(entry) + "\n")


async def _befall(fault: Fault) -> None:
    if fault.error is not None:
        raise fault.error
    await asyncio.Event().wait()
