import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.reading.updates import Unreadable, decode, split, update_id_of
from tests.telegram_poison import poisons
from tests.telegram_updates import NOON, raw, said, update

POISONS = poisons()
HIDDEN = {"no JSON", "nothing", "a number", "a text", "a list", "an empty object"} | {
    "a number as a text",
    "a number as a fraction",
    "a negative number",
    "a number beyond all numbers",
    "a number without end",
}
"""Updates that show no number of theirs."""
UNBALANCED = {"a text without an end", "an object that is cut"}
"""Nobody can tell where these end."""


def answer(*updates: bytes) -> bytes:
    return b'{"ok":true,"result":[' + b",".join(updates) + b"]}"


def good(number: int) -> bytes:
    return raw({"update_id": number, "message": said('fine, thanks [{,\\" 👍')})


def test_there_are_forty_kinds_of_poison() -> None:
    assert len(POISONS) >= 40
    assert len(set(POISONS.values())) == len(POISONS)


@pytest.mark.parametrize("name", POISONS)
def test_poison_is_refused_and_not_quoted(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(POISONS[name])
    reason = str(refused.value)
    assert reason
    assert "secret" not in reason
    assert "perhaps" not in reason
    assert refused.value.__context__ is None or refused.value.__suppress_context__


@pytest.mark.parametrize("name", POISONS)
def test_poison_tells_its_number_where_it_can_be_seen(name: str) -> None:
    assert update_id_of(POISONS[name]) == (None if name in HIDDEN else 500)


@pytest.mark.parametrize("name", POISONS)
def test_the_neighbours_of_poison_live(name: str) -> None:
    body = answer(good(499), POISONS[name], good(501))
    if name in UNBALANCED:
        with pytest.raises(Unreadable):
            split(body)
        return
    pieces = split(body)
    assert [update_id_of(piece) for piece in pieces] == [
        499,
        None if name in HIDDEN else 500,
        501,
    ]
    with pytest.raises(Unreadable):
        decode(pieces[1])
    assert decode(pieces[0]).message == decode(pieces[2]).message == decode(good(1)).message


def test_all_poison_at_once_kills_nobody() -> None:
    names = [name for name in POISONS if name not in UNBALANCED]
    bodies = [piece for name in names for piece in (POISONS[name], good(7))]
    refused = 0
    for piece in split(answer(*bodies)):
        try:
            assert decode(piece).update_id == 7
        except Unreadable:
            refused += 1
    assert refused == len(names)


def test_an_empty_answer_has_no_updates() -> None:
    assert split(b'{"ok":true,"result":[]}') == []
    assert split(b' { "ok" : true , "result" : [ ] } ') == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502</html>",
        b'{"ok":false,"error_code":409,"description":"Conflict"}',
        b'{"ok":false,"result":[]}',
        b'{"ok":true,"result":{}}',
        b'{"ok":true}',
        answer(good(1))[:-2],
        answer(good(1), b'{"update_id":2')[:-1],
        b'{"ok":true,"result":[' + good(1) + b"}",
    ],
)
def test_what_is_no_list_of_updates_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        split(body)


@pytest.mark.parametrize(
    "torn",
    [
        b'{"update_id":2,"message":{"text":"x}},{"update_id":3,"message":{"text":"y"}}',
        b'{"update_id":2,"message":{"text":"x"},{"update_id":3}}',
    ],
)
def test_updates_that_run_into_each_other_are_not_taken_for_one(torn: bytes) -> None:
    with pytest.raises(Unreadable):
        split(answer(good(1), torn, good(4)))


@given(st.text())
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    for written in (raw(update("message", said(text))), _unescaped(text)):
        if "\0" in text:
            with pytest.raises(Unreadable):
                decode(written)
        else:
            message = decode(written).message
            assert message is not None
            assert message.text == text


def _unescaped(text: str) -> bytes:
    import json

    return json.dumps(update("message", said(text)), ensure_ascii=False).encode()


@pytest.mark.parametrize("text", [r"\u0000", r"\\u0000", r"\ud83d", "\\"])
def test_a_backslash_that_somebody_typed_is_no_escape(text: str) -> None:
    message = decode(raw(update("message", said(text)))).message
    assert message is not None
    assert message.text == text


@given(st.binary())
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for read in (decode, split):
        try:
            read(data)
        except Unreadable:
            continue
    number = update_id_of(data)
    assert number is None or number >= 0


@given(st.lists(st.sampled_from([b"{", b"}", b"[", b"]", b",", b'"', b"\\", b"1"])))
def test_no_brackets_break_the_splitter(marks: list[bytes]) -> None:
    body = answer(good(1), b"".join(marks), good(2))
    try:
        pieces = split(body)
    except Unreadable:
        return
    told = [update_id_of(piece) for piece in pieces]
    assert told[0] == 1
    assert 2 in told


@pytest.mark.parametrize(
    "kind", ["edited_message", "channel_post", "message_reaction_count", "inline_query", "of_2030"]
)
def test_other_kinds_are_not_even_looked_into(kind: str) -> None:
    told = decode(raw({"update_id": 9, kind: {"date": "rubbish"}}))
    assert (told.update_id, told.message) == (9, None)


def test_what_is_not_needed_may_be_anything() -> None:
    odd = said(
        effect_id=[5], author_signature=7, link_preview_options=None, invented={"deep": [1e99]}
    )
    assert (
        decode(raw(update("message", odd))).message
        == decode(raw(update("message", said()))).message
    )


def test_the_number_is_not_taken_from_what_people_write() -> None:
    assert update_id_of(b'{"message":{"text":"\\"update_id\\":7"},"update_id":8,') == 8


@pytest.mark.parametrize("date", [631_152_000, NOON, 7_258_118_400])
def test_dates_between_1990_and_2200_are_possible(date: int) -> None:
    message = decode(raw(update("message", said(date=date)))).message
    assert message is not None
    assert message.date == date
