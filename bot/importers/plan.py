"""What an import will read, known before anything is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.events import ChannelDescribed
from bot.importers.record import Record
from bot.model import Place


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that was looked at to its end and can be read.

    `timezone` is what a foyer-events header says; `descriptions` tell of the channels and are no
    records; `unit` is what a record's position counts, `message` or `line`.
    """

    files: int
    read: Callable[[], Iterator[Record]]
    places: tuple[Place, ...] = ()
    descriptions: tuple[ChannelDescribed, ...] = ()
    timezone: str | None = None
    unit: str = "message"

    def records(self) -> Iterator[Record]:
        """Every record, in the order of reading; each call reads the files anew.

        Raises:
            ContentError: a file was changed since it was looked at.
        """
        return self.read()
