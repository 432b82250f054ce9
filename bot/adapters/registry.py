"""Where each platform's adapter lives; it is loaded when there is a token for it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from bot.adapters import Adapter
from bot.errors import UsageError

ADAPTERS: Mapping[str, str] = {"telegram": "bot.adapters.telegram.adapter:TelegramAdapter"}
"""`module:function` by platform; the function makes an adapter of the platform's settings."""


def adapter_of(platform: str, settings: Any) -> Adapter:
    """The adapter of a platform, made of its table of the settings.

    Raises:
        UsageError: this version has none.
    """
    if platform not in ADAPTERS:
        raise UsageError(
            f"{platform}.token: this version cannot connect to {platform.title()} yet;"
            " leave the token empty"
        )
    module, _, function = ADAPTERS[platform].partition(":")
    adapter: Adapter = getattr(import_module(module), function)(settings)
    return adapter
