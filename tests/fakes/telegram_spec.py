"""Judges calls, answers and updates by the published specification of the Bot API."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.telegram_state import Json

PAPER = Path(__file__).parents[3] / "shared" / "data" / "specs" / "telegram_bot_api_10.1.json"
_CONSTANT = re.compile(r"(?:always \"(\w+)\"|must be (\w+)$)")
_SIMPLE: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "Float": (int, float),
    "InputFile": (bytes,),
}
OTHER_KIND = "is of another kind"


class Specification:
    """The types and methods of the Bot API; without its paper it finds nothing wrong."""

    def __init__(self, paper: Json) -> None:
        self._types: Json = paper.get("types", {})
        self._methods = {name.lower(): one for name, one in paper.get("methods", {}).items()}

    @property
    def is_known(self) -> bool:
        """Whether there is anything to judge by."""
        return bool(self._types)

    def call(self, method: str, params: Json) -> list[str]:
        """What a call does that no client may do; uploads under names of their own are fine."""
        known = self._methods.get(method.lower())
        if known is None:
            return [f"{method}: no such method"] if self.is_known else []
        fields = {field["name"] for field in known.get("fields", [])}
        given = {k: v for k, v in params.items() if k in fields or not isinstance(v, bytes)}
        return self._fields(given, known.get("fields", []), method)

    def result(self, method: str, result: Any) -> list[str]:
        """What is wrong with a method's answer."""
        known = self._methods.get(method.lower())
        return self._any(result, known["returns"], f"{method} ->") if known else []

    def value(self, value: Any, type_name: str, where: str = "") -> list[str]:
        """What is wrong with a value of a type."""
        if not self.is_known:
            return []
        if type_name.startswith("Array of "):
            return self._list(value, type_name.removeprefix("Array of "), where)
        if type_name in _SIMPLE:
            is_right = isinstance(value, _SIMPLE[type_name])
            is_flag = isinstance(value, bool) and type_name != "Boolean"
            return [] if is_right and not is_flag else [f"{where} is no {type_name}"]
        if not isinstance(value, dict):
            return [f"{where} is no {type_name}"]
        known = self._types[type_name]
        if known.get("subtypes"):
            return self._any(value, known["subtypes"], where)
        return self._fields(value, known.get("fields", []), where)

    def _list(self, value: Any, type_name: str, where: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{where} is no array"]
        return [
            wrong
            for index, one in enumerate(value)
            for wrong in self.value(one, type_name, f"{where}[{index}]")
        ]

    def _any(self, value: Any, type_names: list[str], where: str) -> list[str]:
        """Nothing, if one of the types fits; else what is wrong by the one that fits best."""
        found = [self.value(value, name, where) for name in type_names]
        return min(found, key=lambda wrong: (any(OTHER_KIND in one for one in wrong), len(wrong)))

    def _fields(self, value: Json, fields: list[Json], where: str) -> list[str]:
        known = {field["name"]: field for field in fields}
        wrong = [f"{where}.{name} is unknown" for name in value if name not in known]
        for name, field in known.items():
            if name in value:
                wrong += self._any(value[name], field["types"], f"{where}.{name}")
                wrong += self._constant(value[name], field, f"{where}.{name}")
            elif field["required"]:
                wrong.append(f"{where}.{name} is missing")
        return wrong

    def _constant(self, value: Any, field: Json, where: str) -> list[str]:
        if field["types"] != ["String"]:
            return []
        found = _CONSTANT.search(field["description"])
        fixed = found and (found.group(1) or found.group(2))
        return [f"{where} {OTHER_KIND}"] if fixed and value != fixed else []


@cache
def specification() -> Specification:
    """The published specification; one that knows nothing where the shared folder is not."""
    if not PAPER.exists():
        return Specification({})
    return Specification(json.loads(PAPER.read_text(encoding="utf-8")))
