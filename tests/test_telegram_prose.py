from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.reading.prose import marked, replaced, without
from bot.adapters.telegram.reading.wire import Entity
from bot.events import MessageSent
from bot.reduction import asks, links
from tests.telegram_updates import Json, entity, events, message, said


def sent(content: Json) -> MessageSent:
    (one,) = events("message", content)
    assert isinstance(one, MessageSent)
    return one


characters = st.text(
    st.sampled_from("ab ?🏃é\n")
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=12,
)


@given(st.lists(st.tuples(characters, st.booleans()), max_size=6))
def test_marks_are_found_whatever_letters_stand_before_them(
    parts: list[tuple[str, bool]],
) -> None:
    text, marks, units = "", [], 0
    for words, is_marked in parts:
        size = len(words.encode("utf-16-le")) // 2
        if is_marked:
            marks.append(Entity("code", units, size))
        text, units = text + words, units + size
    assert without(text, marks) == "".join(" " if mark else words for words, mark in parts)
    assert [marked(text, one) for one in marks] == [words for words, mark in parts if mark]
    assert replaced(text, [(one, marked(text, one)) for one in marks]) == text


@given(characters, st.integers(0, 30), st.integers(0, 2**63 - 1), st.integers(0, 30))
def test_marks_that_cannot_be_do_no_harm(text: str, first: int, long: int, second: int) -> None:
    marks = [entity("code", first, long), entity("url", second, 3), entity("text_mention", 0, 1)]
    one = sent(said(text or "x", entities=marks))
    assert (one.length, one.has_link, one.mentions) == (len(text or "x"), True, ())


@given(characters.filter(bool))
def test_text_without_marks_is_reduced_as_any_text(text: str) -> None:
    one = sent(said(text))
    assert (one.length, one.has_question, one.has_link) == (len(text), asks(text), links(text))


def test_words_that_are_not_told_are_unknown() -> None:
    rich = sent(message(rich_message={"blocks": []}))
    tasks = sent(message(checklist={"title": "Buy?", "tasks": []}))
    assert {(one.length, one.has_question) for one in (rich, tasks)} == {(None, None)}
