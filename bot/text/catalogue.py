"""Reads the catalogues of the languages that Foyer speaks."""

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.errors import UsageError
from bot.languages import CATALOGUES, FILE_NAME, SOURCE_LANGUAGE, languages
from bot.text.texts import Texts


def texts_for(language: str) -> Texts:
    """The texts of a language; raises UsageError where it has no catalogue."""
    known = languages()
    if language not in known:
        raise UsageError(f"language {language!r} is not known; use one of: {', '.join(known)}")
    if language == SOURCE_LANGUAGE:
        return Texts(language, NullTranslations())
    return Texts(language, _read(CATALOGUES / language / FILE_NAME, language))


def _read(path: Path, language: str) -> GNUTranslations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
