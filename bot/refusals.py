"""A polite no in somebody's language."""

import re

import structlog

from bot.errors import UserError
from bot.post import Post, inert_name, plain
from bot.text.phrase import phrase
from bot.text.texts import Texts

BROKEN = phrase("Something went wrong on my side. It was noted; please try again later.")

_LINKING = re.compile(r"[@#$.:/<](?=\S)")
"""With these, platforms make mentions, commands and links of plain text."""
_JOINED = "\\g<0>\u2060"
"""The sign and a word joiner, which nobody sees and no link goes across."""

log = structlog.get_logger(__name__)


def refused(texts: Texts, refusal: UserError, *, in_public: bool = False) -> Post:
    """What is answered to whoever asked for what cannot be; what they typed is inert in it.

    Where everybody reads it, their words link to nothing and call nobody either.
    """
    said = {name: inert_name(value, "…") for name, value in refusal.values.items()}
    if in_public:
        said = {name: _LINKING.sub(_JOINED, value) for name, value in said.items()}
    try:
        return plain(texts.text(refusal.msgid, **said))
    except KeyError as missing:
        log.error("a refusal lacks a word", msgid=refusal.msgid, lacks=str(missing))
        return plain(texts.text(BROKEN))
