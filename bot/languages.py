"""Which languages Foyer speaks, told by the folders of `bot/text/`; light enough for imports."""

from pathlib import Path

SOURCE_LANGUAGE = "en"
FILE_NAME = "messages.po"
CATALOGUES = Path(__file__).parent / "text"


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, the source language first."""
    found = sorted(path.parent.name for path in CATALOGUES.glob(f"*/{FILE_NAME}"))
    return (SOURCE_LANGUAGE, *found)


def spoken(*wanted: str | None) -> str:
    """The first language that Foyer speaks: of `fr-CA` the `fr`; else the source language."""
    codes = ((code or "").replace("_", "-").partition("-")[0].casefold() for code in wanted)
    return next((code for code in codes if code in languages()), SOURCE_LANGUAGE)
