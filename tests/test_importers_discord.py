from pathlib import Path
from typing import Any

import pytest

from bot.errors import ContentError, UsageError
from bot.events import (
    ChannelDescribed,
    MemberDescribed,
    MemberJoined,
    MessageSent,
    ReactionChanged,
)
from bot.importers import discord_export, examine
from bot.model import PlaceId
from tests.exports import SHARED, channel, happened, of, posted, read, saved

NOON = 1_714_564_800_123
"""2024-05-01T12:00:00.123Z."""


def events(tmp_path: Path, *messages: object) -> list[Any]:
    return happened(examine([saved(tmp_path / "c.json", channel(*messages))]))


def test_a_message_becomes_an_event(tmp_path: Path) -> None:
    message = posted(
        content="see https://x.org - ok?",
        mentions=[{"id": "3"}, {"id": 2}],
        stickers=[{"name": "x"}],
    )
    assert events(tmp_path, message) == [
        MessageSent(
            platform="discord",
            channel="9",
            id="100",
            author="1",
            at=NOON,
            mentions=("3", "2"),
            length=23,
            has_question=True,
            has_media=True,
            has_link=True,
        )
    ]


@pytest.mark.parametrize(
    "kind", ["Default", 0, "Reply", "19", 20, "20", "ChatInputCommand", 23, "ContextMenuCommand"]
)
def test_messages_are_of_these_kinds(tmp_path: Path, kind: object) -> None:
    assert len(of(MessageSent, events(tmp_path, posted(type=kind)))) == 1


@pytest.mark.parametrize("kind", [7, "7", "GuildMemberJoin"])
def test_a_welcome_is_a_join(tmp_path: Path, kind: object) -> None:
    assert events(tmp_path, posted(type=kind)) == [
        MemberJoined(platform="discord", user="1", at=NOON)
    ]


@pytest.mark.parametrize("kind", [6, "ChannelPinnedMessage", "ThreadCreated", 10**30])
def test_everything_else_is_ignored(tmp_path: Path, kind: object) -> None:
    (record,) = read(saved(tmp_path / "c.json", channel(posted(type=kind))))
    assert (record.events, record.rejection) == ((), None)


@pytest.mark.parametrize(
    ("kind", "reference", "target"),
    [
        ("Reply", {"messageId": "99", "channelId": "9"}, "99"),
        ("Reply", {"messageId": 99}, "99"),
        ("Reply", {"messageId": "99", "channelId": "8"}, None),
        ("Default", {"messageId": "99", "channelId": "9"}, None),
        ("Reply", {"messageId": None, "channelId": "9"}, None),
        ("Reply", None, None),
    ],
)
def test_only_a_reply_in_this_channel_is_one(
    tmp_path: Path, kind: str, reference: object, target: str | None
) -> None:
    (sent,) = events(tmp_path, posted(type=kind, reference=reference))
    assert sent.reply_to == target


def test_reactions_need_their_users_and_take_the_time_of_the_message(tmp_path: Path) -> None:
    reactions = [
        {"emoji": {"id": "", "name": "👍"}, "count": 3},
        {"emoji": {"id": None, "name": "🔥"}, "count": 1, "users": [{"id": "2"}]},
        {"emoji": {"id": "55", "name": "blob"}, "count": 1, "users": [{"id": "3", "isBot": True}]},
    ]
    told = events(tmp_path, posted(reactions=reactions))
    given = of(ReactionChanged, told)
    assert [(one.user, one.emoji, one.at) for one in given] == [
        ("2", "🔥", NOON),
        ("3", "55", NOON),
    ]
    assert [one.user for one in of(MemberDescribed, told)] == ["3"]


@pytest.mark.parametrize(
    ("emoji", "kept"),
    [
        ({"id": None, "name": "❤️"}, "❤️"),
        ({"id": "", "name": "1️⃣"}, "1️⃣"),
        ({"id": "", "name": "🇫🇷"}, "🇫🇷"),
        ({"id": "55", "name": "my own words"}, "55"),
        ({"id": 55, "name": "my own words"}, "55"),
        ({"id": "my own words", "name": "🔥"}, "custom"),
        ({"id": None, "name": "words"}, "custom"),
        ({"id": None, "name": "слова"}, "custom"),
        ({"id": None, "name": "0612 345678"}, "custom"),
        ({"id": None, "name": "🔥" * 32}, "🔥" * 32),
        ({"id": None, "name": "🔥" * 33}, "custom"),
        ({"id": None, "name": "words" * 99}, "custom"),
    ],
)
def test_an_emoji_holds_no_words(tmp_path: Path, emoji: object, kept: str) -> None:
    told = events(tmp_path, posted(reactions=[{"emoji": emoji, "users": [{"id": "2"}]}]))
    assert [one.emoji for one in of(ReactionChanged, told)] == [kept]


def test_bots_are_told_once_and_others_never(tmp_path: Path) -> None:
    bot = {"id": "7", "isBot": True}
    told = of(MemberDescribed, events(tmp_path, posted(author=bot), posted("101", author=bot)))
    assert told == [MemberDescribed(platform="discord", user="7", is_bot=True)]


def test_a_rejected_record_does_not_swallow_that_its_author_is_a_bot(tmp_path: Path) -> None:
    bot = {"id": "7", "isBot": True}
    spoilt = posted(author=bot, reactions=[{"users": [{"id": "x"}]}])
    assert len(of(MemberDescribed, events(tmp_path, spoilt, posted("101", author=bot)))) == 1


@pytest.mark.parametrize(
    ("more", "has_media"),
    [
        ({"attachments": [{"fileName": "a.png"}]}, True),
        ({"embeds": [{"images": [{"url": "x"}]}]}, True),
        ({"embeds": [{"video": {"url": "x"}}]}, True),
        ({"embeds": [{"title": "a link", "thumbnail": {"url": "x"}, "images": []}]}, False),
        ({"embeds": 5, "attachments": None}, False),
    ],
)
def test_media_are_attachments_stickers_and_embedded_pictures(
    tmp_path: Path, more: dict[str, object], has_media: bool
) -> None:
    (sent,) = events(tmp_path, posted(**more))
    assert sent.has_media is has_media


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("x", "the message is no object"),
        (posted(type=None), "type is missing"),
        (posted(None), "id is missing"),
        (posted("abc"), "id is no whole number"),
        (posted(2**63), "id is a number out of range"),
        (posted(-1), "id is below zero"),
        (posted(author=None), "author is missing"),
        (posted(author={"id": "\ud800"}), "author.id is no whole number"),
        (posted(timestamp="2024-13-01T00:00:00Z"), "timestamp is no possible time"),
        (posted(timestamp="9999-12-31T23:59:59-23:59"), "timestamp is not between"),
        (posted(content=5), "content is no string"),
        (posted(mentions={}), "mentions is no list of objects"),
        (posted(reactions=[{"users": [{"id": "2"}]}]), "emoji is missing"),
        (posted(reactions=[{"emoji": {}, "users": [{"id": "2"}]}]), "emoji.name is no string"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, message: object, why: str
) -> None:
    (record,) = read(saved(tmp_path / "c.json", channel(message)))
    assert record.rejection is not None
    assert record.rejection.reason.startswith(why)


def test_many_files_are_merged_by_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord_export, "_MOST_OPEN", 2)
    hours = {"1": (1, 4), "2": (2, 3), "3": (8, 9), "4": (7, 10)}
    for name, times in hours.items():
        messages = [
            posted(f"{name}0{hour}", timestamp=f"2024-05-01T{hour:02}:00:00Z") for hour in times
        ]
        saved(tmp_path / f"{name}.json", channel(*messages, id=name))
    told = happened(examine([tmp_path]))
    assert [int(one.id[2:]) for one in of(MessageSent, told)] == [1, 2, 3, 4, 7, 8, 9, 10]


def test_a_folder_is_read_to_its_depths_without_media_and_hidden_files(tmp_path: Path) -> None:
    for folder in ("a/b", "a/c.json_Files", ".git"):
        (tmp_path / folder).mkdir(parents=True)
    saved(tmp_path / "a" / "b" / "c.JSON", channel(posted()))
    saved(tmp_path / "a" / "c.json_Files" / "d.json", b"broken")
    saved(tmp_path / ".git" / "e.json", b"broken")
    saved(tmp_path / "a" / "._c.json", b"broken")
    assert examine([tmp_path]).files == 1


def test_a_thread_hangs_under_its_channel(tmp_path: Path) -> None:
    thread = channel(posted(), type="GuildPublicThread", categoryId="4")
    plan = examine([saved(tmp_path / "c.json", thread)])
    assert plan.descriptions == (
        ChannelDescribed(platform="discord", channel="9", kind="thread", parent="4"),
    )
    assert [place.id for place in plan.places] == [PlaceId("discord", "5")]


def test_two_servers_in_one_call_are_refused(tmp_path: Path) -> None:
    saved(tmp_path / "a.json", channel(posted(), guild="5"))
    saved(tmp_path / "b.json", channel(posted(), guild="6"))
    with pytest.raises(UsageError, match="5 Club and 6 Club"):
        examine([tmp_path])


@pytest.mark.parametrize(
    ("guild", "kind"), [("0", "GuildTextChat"), ("5", "DirectTextChat"), ("5", 3)]
)
def test_direct_messages_are_never_imported(tmp_path: Path, guild: str, kind: object) -> None:
    direct = channel(posted(), guild=guild, type=kind)
    path = saved(tmp_path / "a.json", direct)
    with pytest.raises(ContentError, match="direct messages are never imported"):
        examine([path])
    saved(tmp_path / "b.json", channel(posted("7")))
    assert [one.id for one in happened(examine([tmp_path]))] == ["7"]  # type: ignore[attr-defined]  # all are messages


@pytest.mark.skipif(
    not (SHARED / "discord_export.tar.xz").exists(), reason="the shared Discord export is not here"
)
def test_the_real_export_is_read(tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(SHARED / "discord_export.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    plan = examine([tmp_path])
    told = happened(plan)
    assert plan.files == len(plan.descriptions) == 391
    assert len(of(MessageSent, told)) == len(told) == 45_698
    assert sum(one.reply_to is not None for one in of(MessageSent, told)) == 15_185
