"""Finds the languages that Foyer speaks and reads their catalogues."""

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.errors import UsageError
from bot.text.texts import Texts

SOURCE_LANGUAGE = "en"
FILE_NAME = "messages.po"


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, the source language first."""
    folder = Path(__file__).parent
    found = sorted(path.parent.name for path in folder.glob(f"*/{FILE_NAME}"))
    return (SOURCE_LANGUAGE, *found)


def texts_for(language: str) -> Texts:
    """The texts of a language; raises UsageError where it has no catalogue."""
    known = languages()
    if language not in known:
        raise UsageError(f"language {language!r} is not known; use one of: {', '.join(known)}")
    if language == SOURCE_LANGUAGE:
        return Texts(language, NullTranslations())
    return Texts(language, _read(Path(__file__).parent / language / FILE_NAME, language))


def _read(path: Path, language: str) -> GNUTranslations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
