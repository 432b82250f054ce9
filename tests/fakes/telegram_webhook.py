"""How the fake Bot API delivers updates to a webhook."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_polling import BY_WEBHOOK, Polling
from tests.fakes.telegram_refusals import bad_request, too_many
from tests.fakes.telegram_state import Json

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name of a header
ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
WITHIN = 10
"""Seconds that the bot has to answer."""


class Webhook:
    """Answers what is asked of the webhook, and calls it."""

    def __init__(self, world: Deeds, polling: Polling) -> None:
        self._world = world
        self._polling = polling
        self._last_error: tuple[int, str] | None = None
        self._last_set = 0

    def set_webhook(self, params: Json) -> bool:
        url, secret = params.get("url", ""), params.get("secret_token", "")
        if url:
            self._check(url, secret)
            self._polling.interrupt(BY_WEBHOOK)
        self._polling.remember(params)
        if params.get("drop_pending_updates"):
            self._world.updates.clear()
        kept = ("url", "secret_token", "max_connections")
        self._world.webhook = {key: params[key] for key in kept if key in params} if url else {}
        self._last_error = None
        return True

    def delete_webhook(self, params: Json) -> bool:
        return self.set_webhook({**params, "url": ""})

    def get_webhook_info(self, params: Json) -> Json:
        webhook, told = self._world.webhook, {"has_custom_certificate": False}
        info: Json = {"url": webhook.get("url", ""), **told}
        info["pending_update_count"] = len(self._world.updates)
        if webhook:
            info["max_connections"] = webhook.get("max_connections", 40)
        if self._world.allowed:
            info["allowed_updates"] = self._world.allowed
        if self._last_error is not None:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    async def deliver(
        self, address: str, at_once: int = 1, headers: Mapping[str, str] | None = None
    ) -> list[int]:
        """Post what waits to the webhook's path at an address, until one is not taken.

        The answers' status codes; 0 where there was no answer. What was not taken waits on.
        """
        webhook, statuses = self._world.webhook, list[int]()
        secret = webhook.get("secret_token")
        told = {**({SECRET: secret} if secret else {}), **(headers or {})}
        target = f"{address}{urlsplit(webhook['url']).path}"
        timeout = aiohttp.ClientTimeout(WITHIN)
        async with aiohttp.ClientSession(timeout=timeout, headers=told) as session:
            while found := self._world.updates.peek(at_once):
                calls = [self._post(session, target, body) for _, body in found]
                codes = await asyncio.gather(*calls)
                statuses += codes
                taken = [one for (one, _), code in zip(found, codes, strict=True) if code == 200]
                self._world.updates.drop(taken)
                if len(taken) < len(found):
                    self._remember_error(codes)
                    break
        return statuses

    async def _post(self, session: aiohttp.ClientSession, target: str, body: bytes) -> int:
        kind = {"Content-Type": "application/json"}
        try:
            async with session.post(target, data=body, headers=kind) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _remember_error(self, codes: list[Any]) -> None:
        code = next(one for one in codes if one != 200)
        said = f"Wrong response from the webhook: {code}" if code else "Connection refused"
        self._last_error = (self._world.seconds(), said)

    def _check(self, url: str, secret: str) -> None:
        if not url.startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not set(secret) <= ALPHABET:
            raise bad_request("secret token contains unallowed characters")
        if self._world.seconds() == self._last_set:
            raise too_many(1)
        self._last_set = self._world.seconds()
