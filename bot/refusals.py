"""A polite no in somebody's language."""

import structlog

from bot.errors import UserError
from bot.post import Post, inert_name, plain
from bot.text.phrase import phrase
from bot.text.texts import Texts

BROKEN = phrase("Something went wrong on my side. It was noted; please try again later.")

log = structlog.get_logger(__name__)


def refused(texts: Texts, refusal: UserError) -> Post:
    """What is answered to whoever asked for what cannot be; what they typed is inert in it."""
    said = {name: inert_name(value, "…") for name, value in refusal.values.items()}
    try:
        return plain(texts.text(refusal.msgid, **said))
    except KeyError as missing:
        log.error("a refusal lacks a word", msgid=refusal.msgid, lacks=str(missing))
        return plain(texts.text(BROKEN))
