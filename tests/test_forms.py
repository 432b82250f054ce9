from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.forms import Asking
from bot.params import Kind
from bot.post import Field, Form, plain
from bot.refusals import refused
from bot.render.text import render_text
from bot.text import texts_for

SPOKEN = (texts_for("en"), texts_for("fr"))
DAYS = (("monday", "Monday"), ("tuesday", "Tuesday"))
FORM = Form(
    "How the digest comes",
    "schedule",
    (
        Field("day", "The day", DAYS, "monday"),
        Field("hour", "The hour", (), "9"),
        Field("place", "Where", (), "", required=True),
        Field("note", "A note"),
    ),
)


def filled(*answers: str, form: Form = FORM) -> Asking:
    asking = Asking(form, "en")
    for answer in answers:
        asking = asking.answered(answer, SPOKEN)
    return asking


def test_a_form_is_asked_question_by_question_and_gives_its_arguments() -> None:
    asking = filled("tuesday", "10", "#general", "every week")
    assert asking.is_done
    assert asking.arguments == {
        "day": "tuesday",
        "hour": "10",
        "place": "#general",
        "note": "every week",
    }


def test_the_open_question_is_known_by_what_it_asks_for() -> None:
    assert [filled().entry.name, filled("tuesday", "10").entry.name] == ["day", "place"]


def test_a_question_whose_answers_have_buttons_does_not_list_them() -> None:
    listed, bare = (
        render_text(filled().question(texts_for("en"), lists_options=lists))
        for lists in (True, False)
    )
    assert "Tuesday" in listed
    assert "Tuesday" not in bare
    assert "Now: Monday" in bare


@pytest.mark.parametrize("kept", ["", "   ", "/skip"])
def test_what_is_not_answered_keeps_what_holds_now(kept: str) -> None:
    assert filled(kept, kept, "here", kept).arguments == {
        "day": "monday",
        "hour": "9",
        "place": "here",
    }


@pytest.mark.parametrize("answer", ["tuesday", "Tuesday", "TUESDAY", "  tuesday "])
def test_an_option_is_named_by_its_value_or_its_label(answer: str) -> None:
    assert filled(answer).answers == {"day": "tuesday"}


def test_an_answer_that_is_no_option_is_refused_and_the_question_stays_open() -> None:
    asking = Asking(FORM, "en")
    with pytest.raises(UserError) as refusal:
        asking.answered("someday", SPOKEN)
    assert texts_for("en").text(refusal.value.msgid, **refusal.value.values) == (
        "“someday” is none of the answers."
    )
    assert asking.answered("tuesday", SPOKEN).step == 1


@pytest.mark.parametrize("nothing", ["", "/skip"])
def test_a_question_that_needs_an_answer_is_not_passed_over(nothing: str) -> None:
    asking = filled("", "")
    with pytest.raises(UserError, match="needs an answer"):
        asking.answered(nothing, SPOKEN)


def test_the_first_question_says_how_to_go_on_and_what_holds_now() -> None:
    assert render_text(Asking(FORM, "en").question(texts_for("en"))) == (
        "How the digest comes\n"
        "════════════════════\n"
        "\n"
        "The day\n"
        "\n"
        "• Monday\n"
        "• Tuesday\n"
        "\n"
        "Now: Monday\n"
        "/skip leaves it as it is, /cancel leaves the form.\n"
    )


def test_later_questions_are_short() -> None:
    assert render_text(filled("").question(texts_for("en"))) == "The hour\n\nNow: 9\n"
    assert render_text(filled("", "", "x").question(texts_for("fr"))) == "A note\n"


def test_what_holds_now_is_shown_inert() -> None:
    form = Form("t", "c", (Field("name", "Name", (), "a\u202eb\nc"),))
    assert "Now: ab c" in render_text(Asking(form, "en").question(texts_for("en")))


answers = st.one_of(st.just(""), st.just("/skip"), st.text("abc", min_size=1, max_size=5))


@given(st.lists(st.tuples(st.text("xy", max_size=3), answers), min_size=1, max_size=8))
def test_every_answer_lands_on_its_own_question(pairs: list[tuple[str, str]]) -> None:
    fields = tuple(Field(f"f{n}", "?", (), known) for n, (known, _) in enumerate(pairs))
    asking = filled(*(answer for _, answer in pairs), form=Form("t", "c", fields))
    expected: Mapping[str, str] = {
        f"f{n}": known if answer in ("", "/skip") else answer
        for n, (known, answer) in enumerate(pairs)
        if known or answer not in ("", "/skip")
    }
    assert asking.is_done
    assert asking.arguments == expected


SWITCH = Field("digest", "A digest?", (("on", "on"), ("off", "off")), "off", kind=Kind.SWITCH)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        *((word, "on") for word in ("on", "yes", "YES", "oui", "true")),
        *((word, "off") for word in ("off", "no", "Non", "false")),
    ],
)
def test_a_switch_is_answered_as_people_say_yes_and_no(answer: str, meant: str) -> None:
    assert filled(answer, form=Form("t", "c", (SWITCH,))).arguments == {"digest": meant}


@pytest.mark.parametrize("answer", ["wednesday", "Wednesday", "mercredi", "MERCREDI"])
def test_an_option_is_named_by_its_label_in_any_language(answer: str) -> None:
    entry = Field("day", "The day", (("wednesday", "Wednesday"),), kind=Kind.CHOICE)
    assert filled(answer, form=Form("t", "c", (entry,))).arguments == {"day": "wednesday"}


@pytest.mark.parametrize(
    ("kind", "answer", "told"),
    [
        (Kind.WHOLE, "mardi", "“mardi” is no whole number."),
        (Kind.WHOLE, "1.5", "“1.5” is no whole number."),
        (Kind.NUMBER, "nan", "“nan” is no number; write it like 1.5."),
        (Kind.DAY, "mardi", "“mardi” is no day; write it like 2026-10-05."),
        (Kind.SWITCH, "perhaps", "“perhaps” is none of the answers."),
    ],
)
def test_an_answer_is_looked_at_when_it_is_given(kind: Kind, answer: str, told: str) -> None:
    options = SWITCH.options if kind is Kind.SWITCH else ()
    asking = Asking(Form("t", "c", (Field("f", "?", options, kind=kind),)), "en")
    with pytest.raises(UserError) as refusal:
        asking.answered(answer, SPOKEN)
    assert texts_for("en").text(refusal.value.msgid, **refusal.value.values) == told


@pytest.mark.parametrize(
    ("kind", "answer"),
    [(Kind.WHOLE, "-7"), (Kind.NUMBER, "1.5"), (Kind.DAY, "2026-10-05"), (Kind.CHANNEL, "#a")],
)
def test_an_answer_that_fits_is_taken_as_it_was_typed(kind: Kind, answer: str) -> None:
    form = Form("t", "c", (Field("f", "?", kind=kind),))
    assert filled(answer, form=form).arguments == {"f": answer}


def test_a_refused_answer_is_followed_by_its_question_and_the_way_out() -> None:
    texts = texts_for("en")
    said = filled("", "").question(
        texts, refused(texts, UserError("This question needs an answer."))
    )
    assert render_text(said) == (
        "This question needs an answer.\n"
        "\n"
        "Where\n"
        "\n"
        "/skip leaves it as it is, /cancel leaves the form.\n"
    )


def test_only_the_answer_that_the_command_quotes_is_asked_again() -> None:
    again = filled("tuesday", "99", "here", "n").corrected(UserError("{number}!", number="99"))
    assert render_text(again.question(texts_for("en"))) == "The hour\n\nNow: 9\n"
    assert not again.is_done
    assert again.answered("10", SPOKEN).is_done
    expected = {"day": "tuesday", "hour": "10", "place": "here", "note": "n"}
    assert again.answered("10", SPOKEN).arguments == expected
    assert again.answered("/skip", SPOKEN).arguments == expected | {"hour": "9"}


def test_a_refusal_may_name_the_question_or_write_a_channel_without_its_mark() -> None:
    whole = filled("tuesday", "10", "#here", "n")
    assert whole.corrected(UserError("", name="note")).again == ("note",)
    assert whole.corrected(UserError("", name="here")).again == ("place",)


def test_where_nobody_knows_what_was_wrong_every_answer_is_kept_and_asked_again() -> None:
    whole = filled("tuesday", "", "here", "")
    again = whole.corrected(UserError("No."))
    assert again.again == ("day", "place")
    shown = render_text(again.question(texts_for("en"), plain("No.")))
    assert "Now: Tuesday" in shown
    assert "Your other answers are kept." in shown
    kept = again.answered("", SPOKEN).answered("", SPOKEN)
    assert kept.is_done
    assert kept.arguments == whole.arguments


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=6), st.integers(0, 5))
def test_whatever_is_refused_nothing_else_is_lost(given_answers: list[str], at: int) -> None:
    fields = tuple(Field(f"f{n}", "?") for n in range(len(given_answers)))
    whole = filled(*given_answers, form=Form("t", "c", fields))
    wrong = given_answers[at % len(given_answers)]
    again = whole.corrected(UserError("", word=wrong))
    for _ in again.again:
        again = again.answered("right", SPOKEN)
    assert again.is_done
    assert again.arguments == {
        name: "right" if word == wrong else word for name, word in whole.arguments.items()
    }
