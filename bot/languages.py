"""Which languages Foyer speaks, told by the folders of `bot/text/`; light enough for imports."""

from pathlib import Path

SOURCE_LANGUAGE = "en"
FILE_NAME = "messages.po"
CATALOGUES = Path(__file__).parent / "text"


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, the source language first."""
    found = sorted(path.parent.name for path in CATALOGUES.glob(f"*/{FILE_NAME}"))
    return (SOURCE_LANGUAGE, *found)
