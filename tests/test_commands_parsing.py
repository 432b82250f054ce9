import string
from contextlib import suppress
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Command, Kind, Param, declared
from bot.errors import UserError
from bot.model import AccountId, ChannelId
from bot.post import Post, plain
from bot.text import texts_for

PLATFORM = "discord"


async def everything(
    ctx: object,
    words: Annotated[str, "Some words"],
    count: Annotated[int, "How many"] = 3,
    share: Annotated[float | None, "Which share"] = None,
    loud: Annotated[bool, "Whether it is loud"] = False,
    day: Annotated[Literal["monday", "sunday"], "Which day"] = "monday",
    member: Annotated[AccountId | None, "Who"] = None,
    channel: Annotated[ChannelId | None, "Where"] = None,
) -> Post:
    """Take everything.

    And say nothing of it.
    """
    return plain()


async def note(
    ctx: object, words: Annotated[str, "Words"], day: Annotated[str, "Day"] = ""
) -> Post:
    """Note something down."""
    return plain()


async def say(ctx: object, count: Annotated[int, "n"], words: Annotated[str, "Words"] = "") -> Post:
    """Say something."""
    return plain()


async def silent(ctx: object) -> Post:
    """Take nothing."""
    return plain()


EVERYTHING = declared(everything)


def value(name: str, word: str) -> Any:
    arguments = {"words": "x"} | {name: word}
    return EVERYTHING.values(arguments, PLATFORM)[name]


def refusal(command: Command, arguments: dict[str, str]) -> UserError:
    with pytest.raises(UserError) as refused:
        command.values(arguments, PLATFORM)
    return refused.value


# Declarations


def test_a_function_declares_its_command() -> None:
    assert EVERYTHING.name == "everything"
    assert EVERYTHING.summary == "Take everything."
    assert EVERYTHING.run is everything
    assert EVERYTHING.params == (
        Param("words", "Some words", Kind.TEXT, (), None, required=True),
        Param("count", "How many", Kind.WHOLE, (), 3),
        Param("share", "Which share", Kind.NUMBER),
        Param("loud", "Whether it is loud", Kind.SWITCH, (), default=False),
        Param("day", "Which day", Kind.CHOICE, ("monday", "sunday"), "monday"),
        Param("member", "Who", Kind.MEMBER),
        Param("channel", "Where", Kind.CHANNEL),
    )


def test_traits_are_off_until_they_are_declared() -> None:
    quiet = declared(silent)
    traits = (quiet.staff_only, quiet.private, quiet.hidden, quiet.anywhere, quiet.cooldown)
    assert not any(traits)
    strict = declared(silent, staff_only=True, private=True, cooldown=60)
    assert strict.staff_only
    assert strict.private
    assert strict.cooldown == 60


def test_a_parameter_of_no_known_kind_cannot_be_declared() -> None:
    async def odd(ctx: object, when: Annotated[bytes, "?"]) -> Post:
        """Be odd."""
        return plain()

    with pytest.raises(KeyError):
        declared(odd)


# Values


@pytest.mark.parametrize(
    ("name", "word", "meant"),
    [
        ("words", "  two words ", "two words"),
        ("count", "12", 12),
        ("count", "-4", -4),
        ("share", "0.5", 0.5),
        ("loud", "yes", True),
        ("loud", "OUI", True),
        ("loud", "on", True),
        ("loud", "no", False),
        ("loud", "Non", False),
        ("day", "Sunday", "sunday"),
        ("member", "42", AccountId(PLATFORM, "42")),
        ("channel", "-100/7", ChannelId(PLATFORM, "-100/7")),
    ],
)
def test_words_become_what_the_parameter_takes(name: str, word: str, meant: object) -> None:
    found = value(name, word)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("count", "many"),
        ("count", "1.5"),
        ("count", "9" * 5000),
        ("share", "half"),
        ("share", "nan"),
        ("share", "inf"),
        ("loud", "maybe"),
        ("day", "someday"),
        ("day", "mon"),
    ],
)
def test_words_that_do_not_fit_are_refused_by_name(name: str, word: str) -> None:
    refused = refusal(EVERYTHING, {"words": "x", name: word})
    assert refused.values == {"word": word, "name": name, "command": "everything"}


def test_what_was_left_out_or_blank_takes_its_default() -> None:
    assert EVERYTHING.values({"words": "x", "count": " "}, PLATFORM) == {
        "words": "x",
        "count": 3,
        "share": None,
        "loud": False,
        "day": "monday",
        "member": None,
        "channel": None,
    }


@pytest.mark.parametrize("arguments", [{}, {"words": ""}, {"words": " \t"}])
def test_what_is_required_and_missing_is_named(arguments: dict[str, str]) -> None:
    assert refusal(EVERYTHING, arguments).values == {"command": "everything", "name": "words"}


def test_an_argument_of_no_parameter_is_refused() -> None:
    refused = refusal(EVERYTHING, {"words": "x", "colour": "red"})
    assert refused.values == {"command": "everything", "name": "colour"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "arguments", [{}, {"words": "x", "colour": "red"}, {"words": "x", "count": "{many}"}]
)
def test_every_refusal_is_a_sentence_in_both_languages(
    language: str, arguments: dict[str, str]
) -> None:
    refused = refusal(EVERYTHING, arguments)
    said = texts_for(language).text(refused.msgid, **refused.values)
    assert all(word in said for word in refused.values.values())
    assert (said == texts_for("en").text(refused.msgid, **refused.values)) == (language == "en")


@given(
    st.dictionaries(
        st.sampled_from([param.name for param in EVERYTHING.params]), st.text(max_size=20)
    )
)
def test_whatever_is_typed_ends_in_values_or_a_polite_no(arguments: dict[str, str]) -> None:
    try:
        values = EVERYTHING.values(arguments, PLATFORM)
    except UserError:
        return
    assert values.keys() == {param.name for param in EVERYTHING.params}
    assert isinstance(values["count"], int)
    assert values["day"] in ("monday", "sunday")


# What was typed after the command


@pytest.mark.parametrize(
    ("function", "typed", "meant"),
    [
        (silent, "", {}),
        (note, "giveaway", {"words": "giveaway"}),
        (note, '"a giveaway" monday', {"words": "a giveaway", "day": "monday"}),
        (note, "day:monday a big giveaway", {"day": "monday", "words": "a big giveaway"}),
        (note, "a giveaway day:monday", {"day": "monday", "words": "a giveaway"}),
        (note, 'day:"3 May" gift', {"day": "3 May", "words": "gift"}),
        (say, "3 cheers for all", {"count": "3", "words": "cheers for all"}),
        (say, "3 see https://example.org", {"count": "3", "words": "see https://example.org"}),
        (say, "3 12:30", {"count": "3", "words": "12:30"}),
        (say, "words:", {"words": ""}),
        (say, "3 aujourd'hui", {"count": "3", "words": "aujourd'hui"}),
        (say, "3 l'ami d'Anne", {"count": "3", "words": "l'ami d'Anne"}),
        (say, '3 an open " quote', {"count": "3", "words": 'an open " quote'}),
        (say, r"3 C:\new", {"count": "3", "words": r"C:\new"}),
    ],
)
def test_words_find_their_parameters(function: Any, typed: str, meant: dict[str, str]) -> None:
    assert declared(function).read_words(typed) == meant


@pytest.mark.parametrize(
    ("function", "typed", "word"),
    [(silent, "now please", "now"), (say, "count:3 words:hip hurray", "hurray")],
)
def test_words_that_are_too_many_are_refused(function: Any, typed: str, word: str) -> None:
    with pytest.raises(UserError) as refused:
        declared(function).read_words(typed)
    assert refused.value.values == {"command": function.__name__, "word": word}


async def source(
    ctx: object, name: Annotated[str, "Name"], gated: Annotated[bool | None, "Gated"] = None
) -> Post:
    """Name a source."""
    return plain()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Affiche mairie", {"name": "Affiche mairie"}),
        ("Affiche mairie oui", {"name": "Affiche mairie", "gated": "oui"}),
        ("Affiche no 2", {"name": "Affiche no 2"}),
        ("Affiche 1", {"name": "Affiche 1"}),
        ("oui", {"name": "oui"}),
        ("gated:on Affiche de la mairie", {"gated": "on", "name": "Affiche de la mairie"}),
        ("“Affiche mairie” oui", {"name": "Affiche mairie", "gated": "oui"}),
        ("« Affiche mairie » non", {"name": "Affiche mairie", "gated": "non"}),
        ("«\u00a0Affiche mairie\u00a0»", {"name": "Affiche mairie"}),
        ("name:“Affiche oui” non", {"name": "Affiche oui", "gated": "non"}),
        ("Affiche “mairie” “oui”", {"name": "Affiche “mairie”", "gated": "oui"}),
        ("Fête «", {"name": "Fête «"}),
    ],
)
def test_a_text_goes_on_up_to_what_is_for_another_parameter(
    typed: str, meant: dict[str, str]
) -> None:
    assert declared(source).read_words(typed) == meant


@pytest.mark.parametrize(
    "words", ["« Printemps »", "“spring”", "fête « du » printemps", "the “big” one", "a » b « c"]
)
def test_free_words_keep_the_quotes_that_are_not_of_keyboards(words: str) -> None:
    assert declared(say).read_words(f"“3” {words}") == {"count": "3", "words": words}


@pytest.mark.parametrize(
    ("arguments", "fit"),
    [
        ({}, {}),
        ({"words": " x ", "count": "many"}, {"words": "x"}),
        ({"words": " ", "count": "3", "day": "monday"}, {"count": "3", "day": "monday"}),
        ({"colour": "red", "loud": "maybe", "member": "42"}, {"member": "42"}),
    ],
)
def test_of_what_was_typed_the_words_that_fit_are_known(
    arguments: dict[str, str], fit: dict[str, str]
) -> None:
    assert EVERYTHING.fitting(arguments, PLATFORM) == fit


@pytest.mark.parametrize(
    ("traits", "asks"),
    [
        ({"private": True, "staff_only": True}, True),
        ({"private": True, "staff_only": True, "hidden": True}, False),
        ({"private": True}, False),
        ({"staff_only": True}, False),
    ],
)
def test_only_what_moderators_type_and_read_alone_is_asked_back(
    traits: dict[str, bool], asks: bool
) -> None:
    assert declared(note, **traits).asks_back == asks


async def count(
    ctx: object, words: Annotated[str, "Words"] = "", much: Annotated[int, "n"] = 1
) -> Post:
    """Count something."""
    return plain()


@pytest.mark.parametrize(
    ("function", "typed", "name"),
    [
        (count, "zzz:1 yyy:2", "zzz"),
        (count, "words:x colour:red", "colour"),
        (count, "colour:", "colour"),
        (silent, "now:yes", "now"),
    ],
)
def test_a_name_of_no_parameter_is_told_where_words_are_not_free(
    function: Any, typed: str, name: str
) -> None:
    with pytest.raises(UserError) as refused:
        declared(function).read_words(typed)
    assert refused.value.msgid == "/{command} has no “{name}”."
    assert refused.value.values == {"command": function.__name__, "name": name}


@pytest.mark.parametrize("words", ["party: great", "see https://example.org", "12:30 was late"])
def test_where_words_are_free_what_looks_like_a_name_is_one_of_them(words: str) -> None:
    assert declared(say).read_words(f"3 {words}") == {"count": "3", "words": words}
    assert declared(count).read_words("12:30") == {"words": "12:30"}


counts = st.integers(-1_000_000, 1_000_000)
plain_words = st.text(string.ascii_letters + "éàç’", min_size=1, max_size=8)


@given(counts, st.lists(plain_words, min_size=1, max_size=6))
def test_the_last_text_takes_all_the_words_in_their_order(count: int, words: list[str]) -> None:
    command = declared(say)
    typed = f"{count} {' '.join(words)}"
    values = command.values(command.read_words(typed), PLATFORM)
    assert values == {"count": count, "words": " ".join(words)}


@given(counts, plain_words, st.booleans())
def test_named_words_may_stand_anywhere(count: int, words: str, first: bool) -> None:
    command = declared(say)
    typed = f"words:{words} {count}" if first else f"{count} words:{words}"
    assert command.read_words(typed) == {"words": words, "count": str(count)}


@given(st.text(max_size=60))
def test_whatever_follows_a_command_is_read_or_politely_refused(typed: str) -> None:
    for function in (silent, note, say, everything):
        command = declared(function)
        with suppress(UserError):
            found = command.read_words(typed)
            assert found.keys() <= {param.name for param in command.params}


# Forms


def test_a_form_asks_for_every_parameter_beside_what_is_known() -> None:
    form = EVERYTHING.form(texts_for("en"), {"count": "7"})
    assert form.command == "everything"
    assert form.title == "Take everything."
    assert [field.name for field in form.fields] == [param.name for param in EVERYTHING.params]
    by_name = {field.name: field for field in form.fields}
    assert by_name["count"].value == "7"
    assert by_name["words"].value == ""
    assert by_name["words"].required
    assert not by_name["count"].required
    assert [option for option, _ in by_name["day"].options] == ["monday", "sunday"]


def test_what_a_form_gives_back_is_what_the_command_takes() -> None:
    form = EVERYTHING.form(texts_for("en"), {"words": "hello", "day": "sunday"})
    answers = {field.name: field.value for field in form.fields}
    values = EVERYTHING.values(answers, PLATFORM)
    assert (values["words"], values["day"], values["count"]) == ("hello", "sunday", 3)
