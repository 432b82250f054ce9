"""A post becomes messages that Telegram takes, each of them a row of the outbox."""

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.saying.payload import (
    CAPTION,
    LARGEST_FILE,
    Button,
    File,
    Payload,
    link_of,
    payloads_of,
    plain_of,
    read,
    write,
)
from bot.post import Attachment, Choice, FigureLine, Para, Post, Section, plain
from tests.fakes.telegram_text import read_text, units
from tests.picture_cog import PICTURE

CHART = Attachment("week.png", PICTURE, "A curve that rises")
TABLE = Attachment("week.csv", b"day,people\n1,2\n", "The figures of the week")
JPEG = Attachment("photo.jpg", b"\xff\xd8\xff\xe0jpeg\xff\xd9")


def messages(post: Post) -> list[Payload]:
    return [read(payload) for payload in payloads_of(post)]


def talk(*paragraphs: str, title: str = "The week", **more: object) -> Post:
    blocks = tuple(Para(text) for text in paragraphs)
    return Post(title, (Section("", "", blocks),), **more)  # type: ignore[arg-type]


def words(payload: Payload) -> str:
    return payload.text if payload.is_plain else read_text(payload.text, "HTML")[0]


def test_a_post_of_words_is_one_message_and_its_payload_says_no_more_than_that() -> None:
    [payload] = payloads_of(talk("Hello <all>"))
    assert json.loads(payload) == {"text": "<b>The week</b>\n\nHello &lt;all&gt;"}


def test_a_payload_is_the_same_for_the_same_post() -> None:
    post = talk("Hello", choices=(Choice("Go", "pause", (("days", "0"),)),), files=(CHART,))
    assert payloads_of(post) == payloads_of(post)
    assert [write(read(payload)) for payload in payloads_of(post)] == payloads_of(post)


def test_a_picture_and_a_few_words_are_one_message() -> None:
    [message] = messages(talk("Our week.", files=(CHART,), choices=(Choice("Go", "pause"),)))
    assert words(message) == "The week\n\nOur week."
    assert message.file == File("week.png", PICTURE, is_picture=True)
    assert message.rows == ((Button("Go", "pause"),),)


def test_as_many_words_as_telegram_takes_stand_under_a_picture_and_not_one_more() -> None:
    fits = talk("😀" * (CAPTION // 2), title="", files=(CHART,))
    [message] = messages(fits)
    assert units(words(message)) == CAPTION
    above, below = messages(talk("😀" * (CAPTION // 2) + "x", title="", files=(CHART,)))
    assert (words(above), above.file is not None) == ("A curve that rises", True)
    assert (units(words(below)), below.file) == (CAPTION + 1, None)


def test_a_picture_above_many_words_has_the_title_which_is_not_said_twice() -> None:
    post = talk("long " * 400, files=(CHART,), choices=(Choice("Go", "pause"),))
    above, below = messages(post)
    assert above.text == "<b>The week</b>"
    assert above.file is not None
    assert above.rows == ()
    assert "The week" not in below.text
    assert below.rows == ((Button("Go", "pause"),),)


def test_a_title_that_is_no_caption_stays_with_the_words() -> None:
    above, *below = messages(talk("Words.", title="title " * 300, files=(CHART,)))
    assert words(above) == "A curve that rises"
    assert "".join(words(one) for one in below).count("title") == 300


def test_files_come_one_after_the_other_each_with_what_it_shows() -> None:
    post = talk("long " * 400, files=(TABLE, CHART, JPEG), choices=(Choice("Go", "pause"),))
    lead, text, table, photo = messages(post)
    assert lead.file == File("week.png", PICTURE, is_picture=True)
    assert text.file is None
    assert text.rows != ()
    assert table.file == File("week.csv", TABLE.content)
    assert words(table) == "The figures of the week"
    assert photo.file == File("photo.jpg", JPEG.content, is_picture=True)
    assert (photo.text, photo.rows) == ("", ())


def test_documents_come_after_the_words_that_tell_of_them() -> None:
    text, first, second = messages(talk("Two files.", files=(TABLE, TABLE)))
    assert (text.file, words(text)) == (None, "The week\n\nTwo files.")
    assert (
        first == second == Payload("The figures of the week", file=File("week.csv", TABLE.content))
    )


def test_a_lone_file_needs_no_words() -> None:
    [message] = messages(Post("", (), files=(CHART,)))
    assert message == Payload("A curve that rises", file=File("week.png", PICTURE, is_picture=True))
    assert messages(Post("", (), files=(JPEG,)))[0].text == ""


def test_a_picture_is_known_by_what_it_holds_and_not_by_its_name() -> None:
    [message] = messages(Post("", (), files=(Attachment("week.png", b"<svg/>"),)))
    assert message.file == File("week.png", b"<svg/>")


def test_a_file_that_telegram_does_not_take_fails_before_it_is_stored() -> None:
    whole = Attachment("week.csv", b"x" * LARGEST_FILE)
    assert len(payloads_of(Post("", (), files=(whole,)))) == 1
    with pytest.raises(ValueError, match=r"week\.csv has more than 10000000 bytes"):
        payloads_of(Post("", (), files=(Attachment("week.csv", b"x" * (LARGEST_FILE + 1)),)))


def test_only_the_first_message_is_pinned() -> None:
    pinned = messages(talk("long " * 2000, is_pinned=True))
    assert [one.is_pinned for one in pinned] == [True, *[False] * (len(pinned) - 1)]
    assert not any(one.is_pinned for one in messages(talk("long " * 2000)))


def test_buttons_stand_under_the_last_words_two_beside_each_other_where_they_are_short() -> None:
    pairs = tuple(Choice(f"Resend {n}", "resend", (("post", str(n)),)) for n in range(3))
    first, last = messages(talk("long " * 1200, choices=pairs))
    assert first.rows == ()
    assert [[one.label for one in row] for row in last.rows] == [
        ["Resend 0", "Resend 1"],
        ["Resend 2"],
    ]
    assert last.rows[0][1].data == "resend?post=1"
    long = (*pairs, Choice("A label that is rather long", "help"))
    assert [len(row) for row in messages(talk("x", choices=long))[0].rows] == [1] * 4


def test_buttons_without_anything_to_stand_under_are_our_mistake() -> None:
    with pytest.raises(ValueError, match="buttons"):
        payloads_of(Post("", (), choices=(Choice("Go", "pause"),)))
    with pytest.raises(ValueError, match="64 bytes"):
        payloads_of(talk("x", choices=(Choice("Go", "resend", (("post", "k" * 60),)),)))


def test_nothing_to_say_is_no_message() -> None:
    assert payloads_of(Post("", ())) == []


def test_a_plain_payload_has_the_same_words_buttons_and_file() -> None:
    post = talk("a < b & c &amp; d </b>", choices=(Choice("Go", "pause"),), is_pinned=True)
    [payload] = payloads_of(post)
    plain_payload = plain_of(payload)
    assert plain_payload is not None
    said, before = read(plain_payload), read(payload)
    assert said.text == words(before) == "The week\n\na < b & c &amp; d </b>"
    assert (said.is_plain, said.rows, said.is_pinned) == (True, before.rows, True)
    assert plain_of(plain_payload) is None


def test_a_picture_that_telegram_does_not_show_is_there_to_be_downloaded() -> None:
    [payload] = payloads_of(Post("", (), files=(JPEG,)))
    plain_payload = plain_of(payload)
    assert plain_payload is not None
    assert read(plain_payload).file == File("photo.jpg", JPEG.content)
    assert plain_of(plain_payload) is None


def test_what_has_no_markup_has_no_plainer_form() -> None:
    [payload] = payloads_of(plain("Hello."))
    assert plain_of(payload) is None
    [document] = payloads_of(Post("", (), files=(TABLE,)))
    assert plain_of(document) is None


def test_a_link_is_words_over_a_button_that_opens_an_address() -> None:
    payload = link_of("Come & <see>", "Open", "https://t.me/foyer_bot?start=x")
    said = read(payload)
    assert words(said) == "Come & <see>"
    assert said.rows == ((Button("Open", url="https://t.me/foyer_bot?start=x"),),)
    assert plain_of(payload) is not None


posts = st.builds(
    lambda title, texts, value, files, pinned: Post(
        title,
        (Section("", "", (*map(Para, texts), FigureLine("wau", value, "people"))),),
        files=tuple(files),
        is_pinned=pinned,
    ),
    st.text(max_size=40),
    st.lists(st.text(max_size=900), max_size=6),
    st.text(max_size=20),
    st.lists(st.sampled_from([CHART, TABLE, JPEG]), max_size=3),
    st.booleans(),
)


@given(posts)
def test_any_post_becomes_messages_that_telegram_takes(post: Post) -> None:
    files = []
    for message in messages(post):
        assert units(words(message)) <= (CAPTION if message.file else 4096)
        assert message.text or message.file
        files += [message.file.name] if message.file else []
        plain_payload = plain_of(write(message))
        if plain_payload is not None:
            assert read(plain_payload).text.strip() == words(message)
            assert html.escape(read(plain_payload).text, quote=False) in write_text(message)
    assert sorted(files) == sorted(file.name for file in post.files)


def write_text(message: Payload) -> str:
    """The text of a payload without its tags."""
    return (
        message.text.replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "")
    )
