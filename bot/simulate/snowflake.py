"""Makes Discord's ids: numbers that say when they were made."""

from bot.model import first_snowflake


class Mint:
    """Makes ids; two of the same millisecond differ in their last bits."""

    def __init__(self) -> None:
        self._made: dict[int, int] = {}

    def id_at(self, at: int) -> str:
        """A new id whose time is `at`, in UTC epoch milliseconds from 2015 on."""
        sequence = self._made.get(at, 0)
        self._made[at] = sequence + 1
        return str(first_snowflake(at) + sequence)
