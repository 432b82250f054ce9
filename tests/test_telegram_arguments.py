"""Who and where is meant by the words after a command."""

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.asking.arguments import HERE, ME, Named, account_named, chat_of, read
from bot.commands import Command, declared
from bot.errors import UserError
from bot.model import AccountId, ChannelId
from bot.post import Post, plain
from cogs import corrections
from cogs.settings import cog as settings


async def ban(
    ctx: object,
    member: Annotated[AccountId, "Who"],
    why: Annotated[str, "Why"] = "",
) -> Post:
    """Ban somebody."""
    return plain()


async def pair(
    ctx: object,
    how: Annotated[Literal["well", "badly"], "How"],
    one: Annotated[AccountId | None, "One"] = None,
    where: Annotated[ChannelId | None, "Where"] = None,
) -> Post:
    """Pair somebody with a place."""
    return plain()


BAN, PAIR = declared(ban), declared(pair)
CORRECT = next(one for one in corrections.cog.commands if one.name == "correct")
NOTE = next(one for one in corrections.cog.commands if one.name == "note")
SETUP = next(one for one in settings.commands if one.name == "setup")


def words_of(
    command: Command,
    words: str,
    mentions: dict[str, str] | None = None,
    reply_to: str | None = None,
) -> dict[str, str]:
    return read(command, words, mentions or {}, reply_to)


# People


@pytest.mark.parametrize(
    ("word", "account"),
    [
        ("user123", "user123"),
        ("@user123", "user123"),
        ("USER123", "user123"),
        ("123", "user123"),
        ("channel456", "channel456"),
        ("@channel456", "channel456"),
    ],
)
def test_ids_are_understood_as_people_write_them(word: str, account: str) -> None:
    assert account_named(word) == account
    assert words_of(BAN, word) == {"member": account}


@pytest.mark.parametrize(
    "word",
    [
        "@zoe",
        "zoe",
        "@",
        "0",
        "user0",
        "user",
        "userx",
        "-5",
        "12.5",
        "٣",
        "user١",
        "@123x",
        "9" * 20,
    ],
)
def test_a_name_that_nothing_leads_from_is_nobody_and_the_way_out_is_told(word: str) -> None:
    with pytest.raises(UserError) as refused:
        account_named(word)
    assert refused.value.values == {"word": word}
    assert "Answer one of their messages" in refused.value.msgid


def test_a_name_is_understood_where_the_answered_message_tells_it() -> None:
    assert words_of(BAN, "@Zoe", {"@zoe": "user7"}) == {"member": "user7"}
    assert words_of(BAN, "@ZOE", {"@Zoe": "user7"}) == {"member": "user7"}


def test_the_author_of_the_answered_message_is_meant_where_nobody_is_named() -> None:
    assert words_of(CORRECT, "bot", reply_to="user7") == {"what": "bot", "member": "user7"}


def test_whoever_is_named_comes_before_the_author_of_the_answered_message() -> None:
    assert words_of(BAN, "user9 spam", reply_to="user7") == {"member": "user9", "why": "spam"}


def test_commands_about_nobody_care_for_no_answered_message() -> None:
    assert words_of(NOTE, "giveaway", reply_to="user7") == {"words": "giveaway"}


def test_nobody_is_made_up_where_nobody_is_named() -> None:
    assert words_of(CORRECT, "bot") == {"what": "bot"}


def test_words_of_a_free_text_stay_as_they_are() -> None:
    assert words_of(NOTE, "user12 was here: me, ici -100") == {
        "words": "user12 was here: me, ici -100"
    }


# Places


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("here", Named(HERE)),
        ("#Here", Named(HERE)),
        ("ici", Named(HERE)),
        ("ME", Named(ME)),
        ("moi", Named(ME)),
        ("-1001234567890", Named("-1001234567890")),
        ("-1001234567890/42", Named("-1001234567890", "42")),
        ("-4000", Named("-4000")),
        ("777", Named("777")),
        ("https://t.me/c/1234567890/42", Named("-1001234567890", "42", is_vague=True)),
        ("t.me/c/1234567890/42", Named("-1001234567890", "42", is_vague=True)),
        ("http://telegram.me/c/1234567890/42", Named("-1001234567890", "42", is_vague=True)),
        ("https://t.me/c/1234567890/42/7001", Named("-1001234567890", "42")),
        ("https://t.me/c/1234567890/42?thread=1", Named("-1001234567890", "42", is_vague=True)),
        ("https://t.me/c/1234567890", Named("-1001234567890", None, is_vague=True)),
        ("https://t.me/Runners/42/", Named("@runners", "42", is_vague=True)),
        ("https://t.me/runners", Named("@runners", None, is_vague=True)),
        ("@runners", Named("@runners")),
    ],
)
def test_chats_and_topics_are_understood_as_people_write_them(word: str, named: Named) -> None:
    assert chat_of(word) == named


@pytest.mark.parametrize(
    "word",
    [
        *("general", "there", "0", "-0", "-100x", "-100/", "-100/0", "/42", "1.5", "-100/42/43"),
        *("https://t.me/+AbCdEf", "https://t.me/joinchat/AbCdEf", "https://example.org/c/1/2"),
        *("https://t.me/c/x/1", "https://t.me/c/0/1", "t.me/ab", "@ab", "@a b", "-١٢٣", "9" * 20),
        "https://t.me.example.org/c/1/2",
    ],
)
def test_what_is_no_chat_is_refused_with_a_way_out(word: str) -> None:
    with pytest.raises(UserError) as refused:
        chat_of(word)
    assert refused.value.values == {"word": word}
    assert "paste a link" in refused.value.msgid


@pytest.mark.parametrize("word", ["here", "ici", "https://t.me/c/123/42", "-100123/42", "me"])
def test_a_chat_needs_no_name_of_its_parameter_where_a_member_could_stand(word: str) -> None:
    assert words_of(PAIR, f"well {word}") == {"how": "well", "where": f"#{word}"}
    assert words_of(PAIR, f"well where:{word}") == {"how": "well", "where": word}


def test_a_member_and_a_chat_are_told_apart_in_any_order() -> None:
    both = {"how": "well", "one": "user5", "where": "#here"}
    assert words_of(PAIR, "well user5 here") == both
    assert words_of(PAIR, "one:user5 well here") == both


def test_setup_takes_links_by_the_names_of_its_parameters() -> None:
    assert words_of(SETUP, "main:https://t.me/c/123/42 moderators:me digest:off") == {
        "main": "https://t.me/c/123/42",
        "moderators": "me",
        "digest": "off",
    }


def test_a_misspelt_parameter_is_refused_and_not_taken_for_a_link() -> None:
    with pytest.raises(UserError) as refused:
        words_of(SETUP, "mian:here")
    assert refused.value.values == {"command": "setup", "name": "mian"}


@given(st.text(max_size=60))
def test_any_words_are_understood_or_politely_refused(words: str) -> None:
    for command in (BAN, PAIR, CORRECT, NOTE, SETUP):
        try:
            found = words_of(command, words, {"@zoe": "user7"}, "user8")
        except UserError:
            continue
        assert set(found) <= {param.name for param in command.params}


@given(st.text(max_size=40))
def test_whatever_is_read_as_a_chat_is_safe_to_ask_telegram_for(word: str) -> None:
    try:
        chat, thread, _ = chat_of(word)
    except UserError:
        return
    assert chat in (HERE, ME) or chat.startswith("@") or int(chat) != 0
    assert chat.isascii()
    assert thread is None or int(thread) > 0
