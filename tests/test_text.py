import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from gettext import NullTranslations
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.languages import languages
from bot.text import Texts, texts_for
from cogs import COGS

ROOT = Path(__file__).parents[1]
KEYWORDS = {
    "text": None,
    "phrase": None,
    "plural": (1, 2),
    "phrases": (1, 2),
    "in_context": ((1, "c"), 2),
}
Key = tuple[str | None, str | tuple[str, ...]]


def source_sentences() -> set[Key]:
    found: set[Key] = set()
    for folder in ("bot", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            with path.open("rb") as file:
                for _, message, _, context in extract("python", file, KEYWORDS):
                    found.add((context, message))
    return found


def declared_sentences() -> set[Key]:
    """What commands say of themselves: summaries, descriptions, and the labels of options."""
    commands = [command for cog in COGS for command in cog.commands]
    params = [param for command in commands for param in command.params]
    labels: set[Key] = {("option", answer) for param in params for answer in param.answers}
    summaries: set[Key] = {(None, command.summary) for command in commands}
    return labels | summaries | {(None, param.description) for param in params}


def catalogue(language: str) -> Catalog:
    with (ROOT / "bot" / "text" / language / "messages.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def key(message: Message) -> Key:
    wanted = message.id if isinstance(message.id, str) else tuple(message.id)
    return (message.context, wanted)


def translations(message: Message) -> tuple[str, ...]:
    assert message.string
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


TRANSLATED = [language for language in languages() if language != "en"]


def test_languages_are_the_folders_that_hold_a_catalogue() -> None:
    assert languages() == ("en", "fr")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_every_sentence_of_the_code_and_no_other(language: str) -> None:
    wanted = source_sentences() | declared_sentences()
    assert {key(message) for message in messages(language)} == wanted


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_in_all_its_forms(language: str) -> None:
    forms = catalogue(language).num_plurals
    for message in messages(language):
        assert not message.fuzzy, message.id
        assert all(translations(message)), message.id
        assert len(translations(message)) == (forms if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    for message in messages(language):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        one, *more = translations(message)
        assert all(placeholders(each) == placeholders(source) for each in more), message.id
        # One thing may go without its number, as in "the last week".
        unsaid = {"n"} if more else set()
        assert placeholders(one) | unsaid == placeholders(source) | unsaid, message.id


def test_french_punctuation_keeps_its_no_break_spaces() -> None:
    for message in messages("fr"):
        for sentence in translations(message):
            for mark in (" :", " ;", " !", " ?", " %", " »", "« ", "'", "--"):
                assert mark not in sentence, sentence
            assert all(sentence[at - 1] == "\u202f" for at in positions(sentence, ";!?"))
            assert all(sentence[at - 1] == "\u00a0" for at in positions(sentence, ":»"))


def positions(sentence: str, marks: str) -> list[int]:
    return [at for at, character in enumerate(sentence) if character in marks]


def test_importing_the_texts_opens_no_catalogue() -> None:
    program = (
        "import sys\n"
        "def watch(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('.po'): sys.exit('opened')\n"
        "sys.addaudithook(watch)\n"
        "import bot.text, bot.digest\n"
        "if len(sys.argv) > 1: bot.text.texts_for('fr')\n"
    )
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603  own text
    opened = subprocess.run([*command, "read"], cwd=ROOT, check=False, capture_output=True)  # noqa: S603  own text
    assert opened.returncode == 1


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="language 'xx' is not known; use one of: en, fr"):
        texts_for("xx")


def test_english_formats_numbers_days_and_times() -> None:
    texts = texts_for("en")
    assert texts.number(12345.6) == "12,346"
    assert (texts.decimal(2.44), texts.decimal(3.0)) == ("2.4", "3")
    assert texts.percent(0.724) == "72%"
    assert texts.percent_range(0.521, 0.857) == "52–86%"
    assert texts.day(date(2025, 10, 1)) == "1 October 2025"
    assert texts.days(date(2025, 10, 6), date(2025, 10, 12)) == "6 to 12 October 2025"
    assert texts.weekday(0) == "Monday"
    assert texts.hours(9, 24) == "9:00–24:00"
    assert texts.items(["a", "b", "c"]) == "a, b and c"
    assert (texts.span(28), texts.span(7), texts.span(10)) == ("4 weeks", "1 week", "10 days")
    assert (texts.lately(28), texts.lately(7)) == ("in the last 4 weeks", "in the last week")


def test_french_formats_numbers_days_and_times() -> None:
    texts = texts_for("fr")
    assert texts.number(12345.6) == "12\u202f346"
    assert texts.decimal(2.44) == "2,4"
    assert texts.percent(0.724) == "72\u00a0%"
    assert texts.percent_range(0.521, 0.857) == "entre 52 et 86\u00a0%"
    assert texts.day(date(2025, 10, 1)) == "1er octobre 2025"
    assert texts.day(date(2025, 10, 11)) == "11 octobre 2025"
    assert texts.weekday(6) == "dimanche"
    assert texts.hours(22, 24) == "de 22\u00a0h à minuit"
    assert texts.items(["a", "b", "c"]) == "a, b et c"
    assert texts.span(28) == "4\u00a0semaines"
    assert texts.lately(28) == "au cours des 4\u00a0dernières semaines"
    assert texts.lately(7) == "au cours de la dernière semaine"
    assert texts.duration(12_706) == "3\u00a0h\u00a032\u00a0min"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2025, 10, 6), date(2025, 10, 12), "du 6 au 12 octobre 2025"),
        (date(2025, 9, 29), date(2025, 10, 5), "du 29 septembre au 5 octobre 2025"),
        (date(2025, 9, 1), date(2025, 9, 7), "du 1er au 7 septembre 2025"),
        (date(2025, 12, 29), date(2026, 1, 4), "du 29 décembre 2025 au 4 janvier 2026"),
    ],
)
def test_a_range_of_days_says_month_and_year_once(start: date, end: date, expected: str) -> None:
    assert texts_for("fr").days(start, end) == expected


def test_a_language_that_writes_the_year_first_keeps_both_days_whole() -> None:
    texts = Texts("hu", NullTranslations())
    whole = texts.days(date(2025, 10, 6), date(2025, 10, 12))
    assert whole == "2025. október 6. to 2025. október 12."


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0, "0%"),
        (1e-9, "under 1%"),
        (1 / 200, "under 1%"),
        (0.0051, "1%"),
        (0.9949, "99%"),
        (199 / 200, "over 99%"),
        (1 - 1e-9, "over 99%"),
        (1, "100%"),
    ],
)
def test_a_percentage_claims_none_or_all_only_where_it_is_so(share: float, expected: str) -> None:
    assert texts_for("en").percent(share) == expected


def test_french_says_nearly_none_and_nearly_all() -> None:
    texts = texts_for("fr")
    assert texts.percent(1 / 200) == "moins de\u00a01\u00a0%"
    assert texts.percent(199 / 200) == "plus de\u00a099\u00a0%"


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from(["en", "fr"]))
def test_only_none_reads_as_none_and_only_all_as_all(x: int, n: int, language: str) -> None:
    texts, share = texts_for(language), min(x, n) / n
    assert (texts.percent(share) == texts.percent(0)) == (share == 0)
    assert (texts.percent(share) == texts.percent(1)) == (share == 1)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 0.03, "0–3%"),
        (0.285, 0.995, "28–100%"),
        (0.041, 0.044, "4%"),
        (0.0002, 0.004, "under 1%"),
        (0.996, 1.0, "over 99%"),
    ],
)
def test_a_range_whose_ends_read_alike_is_one_share(low: float, high: float, expected: str) -> None:
    assert texts_for("en").percent_range(low, high) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (2_520, "42 min"),
        (3_570, "1 h"),
        (5_400, "1 h 30 min"),
        (12_706, "3 h 32 min"),
        (86_399, "24 h"),
    ],
)
def test_a_duration_is_told_to_the_minute(seconds: float, expected: str) -> None:
    assert texts_for("en").duration(seconds) == expected


def test_zero_is_many_in_english_and_one_in_french() -> None:
    words = ("{n} week", "{n} weeks")
    assert texts_for("en").plural(*words, 0) == "0 weeks"
    assert texts_for("fr").plural(*words, 0) == "0\u00a0semaine"
    assert texts_for("fr").plural(*words, 1200) == "1\u202f200\u00a0semaines"


@pytest.mark.parametrize(
    ("n", "english", "french"),
    [
        (0.9, "0.9 weeks", "0,9\u00a0semaine"),
        (1.0, "1 week", "1\u00a0semaine"),
        (1.1, "1.1 weeks", "1,1\u00a0semaine"),
        (1.9, "1.9 weeks", "1,9\u00a0semaine"),
        (2.0, "2 weeks", "2\u00a0semaines"),
        (2.4, "2.4 weeks", "2,4\u00a0semaines"),
    ],
)
def test_a_fraction_is_many_in_english_and_one_in_french_below_two(
    n: float, english: str, french: str
) -> None:
    words = ("{n} week", "{n} weeks")
    assert texts_for("en").plural(*words, n) == english
    assert texts_for("fr").plural(*words, n) == french


def test_braces_in_a_value_are_left_alone() -> None:
    said = texts_for("fr").text("{community}: the week of {days}", community="{days}", days="x")
    assert said == "{days}\u00a0: semaine x"
