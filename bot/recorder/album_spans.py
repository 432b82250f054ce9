"""Where albums are: most messages are of none, and need not be looked up."""

from db.connection import Connection


class AlbumSpans:
    """Between which numbers each channel of a community has messages of albums."""

    def __init__(self) -> None:
        self._spans: dict[int, tuple[int, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._spans)

    async def load(self, connection: Connection, community: int) -> None:
        """Learn what the store has."""
        rows = await connection.rows("album_spans", community=community)
        self._spans = {channel: (first, last) for channel, first, last in rows}

    def note(self, channel: int, number: int) -> None:
        """A message of an album was stored."""
        first, last = self._spans.get(channel, (number, number))
        self._spans[channel] = (min(first, number), max(last, number))

    def may_hold(self, channel: int, number: int) -> bool:
        """Whether a message may be one of an album."""
        span = self._spans.get(channel)
        return span is not None and span[0] <= number <= span[1]
