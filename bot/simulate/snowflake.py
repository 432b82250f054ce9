"""Discord's ids: numbers that say when they were made."""

EPOCH_MS = 1_420_070_400_000
"""2015-01-01T00:00:00Z, the instant Discord counts from."""


class Mint:
    """Makes ids; two of the same millisecond differ in their last bits."""

    def __init__(self) -> None:
        self._made: dict[int, int] = {}

    def id_at(self, at: int) -> str:
        """A new id whose time is `at`, in UTC epoch milliseconds from 2015 on."""
        sequence = self._made.get(at, 0)
        self._made[at] = sequence + 1
        return str(((at - EPOCH_MS) << 22) | sequence)


def made_at(snowflake: str) -> int:
    """The instant an id was made, in UTC epoch milliseconds."""
    return (int(snowflake) >> 22) + EPOCH_MS
