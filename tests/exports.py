"""Small exports made by hand, for the tests of the importers."""

import json
from pathlib import Path
from typing import Any

from bot.events import Event
from bot.importers import Plan, Record, examine

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


def saved(path: Path, content: object) -> Path:
    """A file of JSON, or of the bytes themselves."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(data)
    return path


def lines(path: Path, *events: object, platform: str = "discord") -> Path:
    """A foyer-events/1 file; a line is an object, or the bytes themselves."""
    rows = [{"format": "foyer-events/1", "platform": platform}, *events]
    told = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"\n".join(told) + b"\n")
    return path


def group(*messages: object, type: str = "private_supergroup", id: object = 77) -> dict[str, Any]:
    """A Telegram export of one chat."""
    return {"name": "Les amis", "type": type, "id": id, "messages": list(messages)}


def said(id: object = 1, **more: object) -> dict[str, Any]:
    """A message of a Telegram export."""
    known = {"id": id, "type": "message", "date": "2024-05-01T12:00:00", "text": "hello"}
    return known | {"from": "Ana", "from_id": "user1"} | more


def served(action: str, id: object = 1, **more: object) -> dict[str, Any]:
    """A service message of a Telegram export."""
    known = {"id": id, "type": "service", "date": "2024-05-01T12:00:00", "action": action}
    return known | {"actor": "Ana", "actor_id": "user1"} | more


def channel(*messages: object, id: object = "9", guild: object = "5", **more: object) -> Any:
    """A DiscordChatExporter file."""
    return {
        "guild": {"id": guild, "name": "Club"},
        "channel": {"id": id, "type": "GuildTextChat", "name": "general"} | more,
        "messages": list(messages),
    }


def posted(id: object = "100", **more: object) -> dict[str, Any]:
    """A message of a DiscordChatExporter file."""
    known = {"id": id, "type": "Default", "timestamp": "2024-05-01T12:00:00.123+00:00"}
    return known | {"content": "hello", "author": {"id": "1", "isBot": False}} | more


def read(path: Path, **options: Any) -> list[Record]:
    """Every record of an import."""
    return list(examine([path], **options).records())


def happened(plan: Plan) -> list[Event]:
    """Every event of an import."""
    return [event for record in plan.records() for event in record.events]


def of(kind: type[Event], events: list[Event]) -> list[Any]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]
