"""How often a platform turned the bot away lately: remembered over restarts, asked no more often.

A service manager starts a process again that ends at once; Discord takes the token away from a bot
that knocks a thousand times a day.
"""

from bot.clock import HOUR_MS, Clock
from db.connection import Connection
from db.store import Store

MOST_PER_HOUR = 4


class Rejections:
    """Allows `MOST_PER_HOUR` rejections in any hour; then the platform is left in peace."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def note(self, platform: str) -> None:
        """The platform turned the bot away just now."""
        now = self._clock.now()

        async def unit(connection: Connection) -> None:
            known = await _instants(connection, platform)
            value = ",".join(str(at) for at in [*known, now][-MOST_PER_HOUR:])
            await connection.run("set_cursor", stream=_stream(platform), value=value, at=now)

        await self._store.write(unit)

    async def seconds_to_wait(self, platform: str) -> float:
        """How long the platform is to be left in peace from now on."""
        known = await self._store.write(lambda connection: _instants(connection, platform))
        now = self._clock.now()
        lately = [at for at in known if now - HOUR_MS < at <= now]
        if len(lately) < MOST_PER_HOUR:
            return 0.0
        return (lately[0] + HOUR_MS - now) / 1000


async def _instants(connection: Connection, platform: str) -> list[int]:
    value = await connection.value("stream_cursor", stream=_stream(platform))
    return [int(at) for at in value.split(",")] if value else []


def _stream(platform: str) -> str:
    return f"rejections:{platform}"
