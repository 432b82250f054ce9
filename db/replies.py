"""What a message answers, told from the row of the message and of the one it names."""

from typing import NamedTuple

from bot.ledger import id_order


class Reply(NamedTuple):
    """The message that another names as answered.

    `told_author` is the author whom the answer's event named, `author` and `at` are those of the
    stored message; all are None where unknown.
    """

    number: int | None
    name: str | None
    told_author: int | None
    author: int | None
    at: int | None

    def is_stored_before(self, at: int, number: int, name: str | None) -> bool:
        """Whether the answered message is in the store and was sent before the answer.

        A message that answers itself, or one sent later, answers one that is not stored.
        """
        if self.number is None or self.at is None:
            return False
        return (self.at, id_order(self.number, self.name)) < (at, id_order(number, name))
