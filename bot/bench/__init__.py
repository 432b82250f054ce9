"""Benchmarks: what Foyer costs beside a limit or a peer that is measured in the same run."""

from collections.abc import Callable, Mapping
from importlib import import_module

from bot.bench.report import Report

BENCHMARKS: Mapping[str, str] = {"telegram": "bot.bench.telegram:measure"}
"""Where each benchmark lives; it is loaded when it is asked for."""


def benchmark(name: str) -> Callable[[], Report]:
    """The benchmark of that name.

    Raises:
        KeyError: there is none.
    """
    module, _, attribute = BENCHMARKS[name].partition(":")
    found: Callable[[], Report] = getattr(import_module(module), attribute)
    return found
