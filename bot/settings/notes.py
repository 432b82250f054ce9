"""What moderators noted about local days: "giveaway", "the site was down"."""

from datetime import date
from typing import NamedTuple

from bot.clock import date_of, day_number
from bot.errors import UserError
from bot.post import inert_name
from bot.text.phrase import phrase
from db.connection import Connection
from db.tables import NOTE

NOTE_LENGTH = 200
MOST_NOTES = 10
"""So many on one day."""


class DayNote(NamedTuple):
    """A note; `number` tells it from the others of its day."""

    on: date
    number: int
    words: str


async def add_note(
    connection: Connection, community: int, on: date, words: str, now: int
) -> DayNote:
    """Write something down about a local day.

    Raises:
        UserError: there is nothing to read in it, it is too long, or the day has enough notes.
    """
    said = inert_name(words, "", NOTE_LENGTH + 1)
    if not said or len(said) > NOTE_LENGTH:
        raise UserError(phrase("A note has 1 to {most} characters."), most=str(NOTE_LENGTH))
    day = day_number(on)
    known = [note for note in await list_notes(connection, community) if note.on == on]
    if any(note.words == said for note in known):
        return next(note for note in known if note.words == said)
    if len(known) >= MOST_NOTES:
        raise UserError(phrase("That day has {most} notes already."), most=str(MOST_NOTES))
    number = 1 + (await connection.value("last_note", community=community, day=day) or 0)
    await connection.insert(NOTE, [(community, day, number, said, now)])
    return DayNote(on, number, said)


async def list_notes(connection: Connection, community: int) -> list[DayNote]:
    """All notes, those of the latest day first."""
    rows = await connection.rows("notes", community=community)
    return [DayNote(date_of(day), number, words) for day, number, words in rows]


async def drop_note(connection: Connection, community: int, on: date, number: int) -> None:
    """Take a note away; one that is gone already is no failure."""
    await connection.run("drop_note", community=community, day=day_number(on), note=number)
