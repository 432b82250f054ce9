"""The HTTP side of the fake Bot API: reads calls, answers them, and fails on demand."""

import asyncio
import json
import re
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from aiohttp import web

from tests.fakes.telegram_asking import Asking
from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_editing import Editing
from tests.fakes.telegram_faults import Fault, Faults, Flood
from tests.fakes.telegram_polling import Polling
from tests.fakes.telegram_refusals import RefusedError
from tests.fakes.telegram_requests import check_structure, read_params
from tests.fakes.telegram_sending import Sending
from tests.fakes.telegram_spec import specification
from tests.fakes.telegram_state import Json, Made
from tests.fakes.telegram_webhook import Webhook

LARGEST_CALL = 60 * 2**20
PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
_METHOD = re.compile(r"(get|set|delete|send|edit|pin|unpin|answer|create|revoke|leave|stop)_")


class Server:
    """Answers HTTP requests out of a world; `violations` is what was against the specification."""

    def __init__(self, world: Deeds, faults: Faults, flood: Flood) -> None:
        self._world, self._faults, self._flood = world, faults, flood
        self._polling = Polling(world)
        self.webhook = Webhook(world, self._polling)
        self.violations: list[str] = []
        rooms = (Sending(world), Editing(world), Asking(world), self.webhook)
        self._methods: dict[str, Callable[[Json], Any]] = {
            name.replace("_", ""): getattr(room, name)
            for room in rooms
            for name in dir(room)
            if _METHOD.match(name)
        }
        world.check_update = self._check_update

    def application(self) -> web.Application:
        """Where the requests arrive."""
        app = web.Application(client_max_size=LARGEST_CALL)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._polling.attach(asyncio.get_running_loop())
        return app

    def _check_update(self, update: Json) -> None:
        self.violations += specification().value(update, "Update", "update")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["path"].removeprefix("files/")
        if request.match_info["token"] != self._world.token or name not in self._world.files:
            return web.json_response(RefusedError(404, "Not Found").answer, status=404)
        return web.Response(body=self._world.files[name])

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, params = request.match_info["method"], await read_params(request)
        with self._world.changed:
            number, at = len(self._world.calls), self._world.clock.now()
            self._world.calls.append(Made(method, params, at))
        self._world.notify()
        fault = self._faults.next(method, params.get("chat_id")) or Fault()
        await asyncio.sleep(fault.delay)
        if fault.ending == "cut":
            return _hang_up(request)
        code, body = await self._answer(request, method, params, fault)
        with self._world.changed:
            self._world.calls[number] = Made(method, params, at, code)
        self._world.notify()
        if fault.ending == "reset":
            return _hang_up(request)
        if fault.ending == "hang":
            await asyncio.Event().wait()
        if fault.ending == "truncated":
            body = body[: len(body) // 2]
        kind = "text/html" if fault.html else "application/json"
        date = {"Date": formatdate(self._world.clock.now() / 1000, usegmt=True)}
        return web.Response(body=body, status=code, content_type=kind, headers=date)

    async def _answer(
        self, request: web.Request, method: str, params: Json, fault: Fault
    ) -> tuple[int, bytes]:
        if fault.html:
            return fault.html, PAGE.format(fault.html).encode()
        try:
            if fault.error is not None:
                raise fault.error
            return 200, await self._done(request.match_info["token"], method, params)
        except RefusedError as refused:
            return refused.code, json.dumps(refused.answer).encode()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.violations.append(f"{method}: the fake cannot answer this: {error!r}")
            return 500, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'

    async def _done(self, token: str, method: str, params: Json) -> bytes:
        if token != self._world.token:
            is_shaped = re.fullmatch(r"\d+:[\w-]{30,}", token)
            raise RefusedError(401, "Unauthorized") if is_shaped else RefusedError(404, "Not Found")
        check_structure(params)
        self.violations += specification().call(method, params)
        if method.lower() == "getupdates":
            return b'{"ok":true,"result":' + await self._polling.wait(params) + b"}"
        answer = self._methods.get(method.lower())
        if answer is None:
            raise RefusedError(404, "Not Found: method not found")
        with self._world.changed:
            if method.lower().startswith("send") and method.lower() != "sendchataction":
                self._flood.check(params.get("chat_id", 0), len(params.get("media", "1")))
            result = answer(params)
            self.violations += specification().result(method, result)
            return json.dumps({"ok": True, "result": result}).encode()


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
