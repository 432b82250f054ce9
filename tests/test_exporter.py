import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import events as e
from bot.exporter import event_lines, header_line
from bot.importers import examine
from bot.importers.fields import EARLIEST_MS, LARGEST, LATEST_MS
from bot.importers.surrogates import LONE
from bot.reduction import reduce_emoji_name
from tests.exports import happened

ids = st.text(
    st.characters(exclude_characters="\0" + LONE, exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
)
emoji = ids.filter(lambda text: reduce_emoji_name(text) == text)
instants = st.integers(EARLIEST_MS, LATEST_MS)
numbers = st.integers(0, LARGEST)
unknown = st.none()
flags = st.booleans()


def span(kind: type[e.Event], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[e.Event]:
    both = st.tuples(instants, instants).map(sorted)
    return st.builds(
        lambda times, rest: kind(start=times[0], end=times[1], **rest),  # type: ignore[call-arg]  # of the kinds that are spans
        both,
        st.fixed_dictionaries({"platform": platforms, **fields}),
    )


platforms = st.sampled_from(["discord", "telegram"])
every_event = st.one_of(
    st.builds(
        e.MessageSent,
        platform=platforms,
        channel=ids,
        id=ids,
        author=ids,
        at=instants,
        reply_to=unknown | ids,
        reply_to_author=unknown | ids,
        mentions=st.lists(ids, max_size=3).map(tuple),
        length=unknown | numbers,
        has_question=unknown | flags,
        has_media=flags,
        has_link=flags,
        thread=unknown | ids,
        album=unknown | ids,
    ),
    st.builds(
        e.AlbumItemSent,
        platform=platforms,
        channel=ids,
        id=ids,
        author=ids,
        album=ids,
        at=instants,
    ),
    st.builds(e.JoinRequested, platform=platforms, user=ids, at=instants, source=unknown | ids),
    st.builds(
        e.MessageDeleted, platform=platforms, channel=ids, id=ids, at=instants, by_moderator=flags
    ),
    st.builds(
        e.ReactionChanged,
        platform=platforms,
        channel=ids,
        message=ids,
        user=ids,
        emoji=emoji,
        at=instants,
        op=st.sampled_from(["add", "remove"]),
        message_author=unknown | ids,
    ),
    st.builds(
        e.MemberJoined,
        platform=platforms,
        user=ids,
        at=instants,
        source=unknown | ids,
        certainty=unknown | ids,
        inviter=unknown | ids,
        account_created_at=unknown | instants,
        has_avatar=unknown | flags,
        has_username=unknown | flags,
    ),
    st.builds(e.MemberLeft, platform=platforms, user=ids, at=instants, how=ids),
    st.builds(
        e.MemberDescribed,
        platform=platforms,
        user=ids,
        is_bot=unknown | flags,
        is_staff=unknown | flags,
    ),
    st.builds(
        e.MembersCounted, platform=platforms, at=instants, count=numbers, place=unknown | ids
    ),
    st.builds(e.PollVoted, platform=platforms, user=ids, poll=ids, at=instants),
    st.builds(e.PollClosed, platform=platforms, poll=ids, at=instants),
    st.builds(e.ThreadCreated, platform=platforms, user=ids, channel=ids, thread=ids, at=instants),
    st.builds(
        e.ModeratorActed,
        platform=platforms,
        user=ids,
        action=ids,
        at=instants,
        channel=unknown | ids,
    ),
    st.builds(
        e.SourceDescribed,
        platform=platforms,
        name=ids,
        spend=unknown | st.floats(0, allow_infinity=False, allow_nan=False),
        currency=unknown | ids,
    ),
    span(e.VoiceSpent, user=ids, channel=ids),
    span(e.GapNoted, reason=ids, channel=unknown | ids),
)


@settings(deadline=None)
@given(written=st.lists(every_event, max_size=8))
def test_what_is_written_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, written: list[e.Event]
) -> None:
    path = tmp_path_factory.mktemp("trip") / "e.jsonl"
    header = header_line("discord", community="club", timezone="Asia/Tokyo")
    path.write_bytes(header + event_lines(written, "discord"))
    plan = examine([path])
    assert happened(plan) == written
    assert plan.timezone == "Asia/Tokyo"


def test_lines_look_as_the_contract_writes_them() -> None:
    assert header_line("discord") == b'{"format":"foyer-events/1","platform":"discord"}\n'
    left = e.MemberLeft(platform="discord", user="u3", at=1_735_732_800_000, how="left")
    assert event_lines([left], "discord") == (
        b'{"kind":"member_left","user":"u3","at":"2025-01-01T12:00:00Z","how":"left"}\n'
    )


def test_channels_have_no_line() -> None:
    assert event_lines([e.ChannelDescribed(platform="discord", channel="c")], "discord") == b""
