"""What the console understands, told to whoever sits at it."""

from bot.text.phrase import phrase
from bot.text.texts import Texts

_WORDS = (
    (":join NAME", phrase("somebody comes in")),
    (":leave NAME", phrase("somebody goes")),
    (":as NAME", phrase("says who speaks from here on")),
    (":admin NAME", phrase("makes somebody a moderator")),
    (":reply N TEXT", phrase("answers the message with that number")),
    (":react N EMOJI", phrase("puts an emoji under the message with that number")),
    (":press LABEL", phrase("presses a button")),
    (":advance 7d", phrase("lets time pass: days (d), hours (h) or minutes (m)")),
    (":at INSTANT", phrase("sets the clock, as in {instant}")),
    (":lang fr", phrase("changes the language")),
    (":quit", phrase("ends the session")),
    ("/help", phrase("lists the commands")),
)
_INSTANT = "2026-10-05T06:00:00Z"


def guide(texts: Texts) -> tuple[str, list[tuple[str, str]]]:
    """A sentence, and each directive with what it does."""
    title = texts.text("Whatever you type is said by the person at the prompt, except for:")
    return title, [(word, texts.text(meaning, instant=_INSTANT)) for word, meaning in _WORDS]
