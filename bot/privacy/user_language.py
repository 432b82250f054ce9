"""The language that a person chose for what Foyer answers them, wherever they are met."""

from bot.model import AccountId
from db.connection import Connection


async def language_of(connection: Connection, account: AccountId) -> str | None:
    """The language that somebody chose for the answers they get, None where they chose none."""
    language: str | None = await connection.value("user_language", **account._asdict())
    return language


async def choose_language(connection: Connection, account: AccountId, language: str) -> None:
    """Answer somebody in a language from now on."""
    await connection.run("choose_language", language=language, **account._asdict())
