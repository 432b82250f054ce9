"""What a message answers, told from the row of the message and of the one it names."""

from typing import NamedTuple


class Reply(NamedTuple):
    """The message that another names as answered.

    `told_author` is the author whom the answer's event named, `author` and `at` are those of the
    stored message; all are None where unknown.
    """

    number: int | None
    told_author: int | None
    author: int | None
    at: int | None

    def addressee(self, stop: int) -> int | None:
        """Whom the answer went to: the stored author goes first (METRICS-READINGS A8).

        What was sent at `stop` or later, the end of the answer's local day, is not known yet.
        """
        is_known = self.at is not None and self.at < stop
        return self.author if is_known else self.told_author

    def is_stored_by(self, at: int, number: int) -> bool:
        """Whether the answered message is in the store, another one, and not of a later instant."""
        return self.at is not None and self.at <= at and self.number != number
