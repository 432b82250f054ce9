"""Marks sentences that are declared in one place and translated in another."""

from typing import NamedTuple


class Plural(NamedTuple):
    """A sentence for one and the same sentence for many."""

    one: str
    many: str


def phrase(msgid: str) -> str:
    """A sentence that the catalogues must hold; it is translated later by `Texts.text`."""
    return msgid


def phrases(one: str, many: str) -> Plural:
    """A sentence with a plural that the catalogues must hold, for `Texts.plural`."""
    return Plural(one, many)
