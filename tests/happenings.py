"""Hypothesis strategies for small, nasty streams of events."""

import msgspec
from hypothesis import strategies as st

from bot import events as e
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS

START = 1_742_860_800_000
"""2025-03-25T00:00:00Z: the span crosses the clock change of 30 March in Europe."""

PLATFORM = "discord"

accounts = st.sampled_from(["ana", "bob", "cyd", "dan", "eve"])
channels = st.sampled_from(["c1", "c2"])
messages = st.sampled_from(["1", "2", "9", "10", "m-7", "é"])
emoji = st.sampled_from(["👍", "❤️", "🙏"])
instants = st.builds(
    lambda day, hour, minute: START + day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS,
    st.integers(0, 9),
    st.sampled_from([0, 11, 22, 23]),
    st.sampled_from([0, 5, 30, 59]),
)


def _of(kind: type[e.Event], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[e.Event]:
    return st.builds(kind, platform=st.just(PLATFORM), **fields)


sent = _of(
    e.MessageSent,
    channel=channels,
    id=messages,
    author=accounts,
    at=instants,
    reply_to=st.none() | messages,
    reply_to_author=st.none() | accounts,
    mentions=st.lists(accounts, max_size=2).map(tuple),
    album=st.sampled_from([None, None, None, "a"]),
    length=st.none() | st.integers(0, 500),
    has_question=st.none() | st.booleans(),
    thread=st.none() | st.just("t"),
)
reacted = _of(
    e.ReactionChanged,
    channel=channels,
    message=messages,
    user=accounts,
    emoji=emoji,
    at=instants,
    op=st.sampled_from(["add", "add", "remove"]),
    message_author=st.none() | accounts,
)
deleted = _of(
    e.MessageDeleted, channel=channels, id=messages, at=instants, by_moderator=st.booleans()
)
pictured = _of(
    e.AlbumItemSent, channel=channels, id=messages, author=accounts, album=st.just("a"), at=instants
)
asked = _of(e.JoinRequested, user=accounts, at=instants, source=st.none() | st.just("promo"))
joined = _of(e.MemberJoined, user=accounts, at=instants, source=st.just("promo"))
left = _of(e.MemberLeft, user=accounts, at=instants)
described = _of(e.MemberDescribed, user=accounts, is_bot=st.none() | st.booleans())
spoken = st.builds(
    lambda user, start, minutes: e.VoiceSpent(
        platform=PLATFORM, user=user, channel="v", start=start, end=start + minutes * MINUTE_MS
    ),
    accounts,
    instants,
    st.sampled_from([3, 5, 90, 1500]),
)
voted = _of(e.PollVoted, user=accounts, poll=st.just("p"), at=instants)
opened = _of(e.ThreadCreated, user=accounts, channel=channels, thread=st.just("t"), at=instants)
unseen = st.builds(
    lambda start, hours: e.GapNoted(
        platform=PLATFORM, start=start, end=start + hours * HOUR_MS, reason="down"
    ),
    instants,
    st.integers(1, 5),
)

any_event = st.one_of(
    sent, sent, sent, reacted, reacted, deleted, asked, joined, left, described, spoken, voted,
    opened, unseen, pictured,
)  # fmt: skip


def identity(event: e.Event) -> tuple[object, ...]:
    """What makes an event the same event: two that share it tell the same thing twice."""
    match event:
        case e.MessageSent() | e.AlbumItemSent():
            return ("message", event.channel, event.id)
        case e.ReactionChanged():
            where = (event.channel, event.message, event.user, event.emoji)
            return ("reaction", *where, event.at, event.op)
        case e.MessageDeleted():
            return ("deletion", event.channel, event.id, event.by_moderator, event.at)
        case e.MemberJoined() | e.MemberLeft() | e.JoinRequested():
            return (type(event).__name__, event.user, event.at)
        case _:
            return (repr(event),)


def once(events: list[e.Event]) -> list[e.Event]:
    """The events without contradictory second tellings."""
    return list({identity(event): event for event in events}.values())


def albums_at_once(events: list[e.Event]) -> list[e.Event]:
    """The events with all messages of an album at the instant of the first one told."""
    instants: dict[tuple[str, str], int] = {}
    told = list[e.Event]()
    for event in events:
        match event:
            case (
                e.MessageSent(channel=channel, album=str(album))
                | e.AlbumItemSent(channel=channel, album=album)
            ):
                at = instants.setdefault((channel, album), event.at)
                told.append(msgspec.structs.replace(event, at=at))
            case _:
                told.append(event)
    return told


def changing(events: list[e.Event]) -> list[e.Event]:
    """The events without reactions that put what stands already: no platform tells of such."""
    standing: dict[tuple[str, ...], str] = {}
    dropped = set()
    reactions = [event for event in events if isinstance(event, e.ReactionChanged)]
    for event in sorted(reactions, key=lambda one: (one.at, one.op)):
        key = (event.platform, event.channel, event.message, event.user, event.emoji)
        if standing.get(key) == event.op == "add":
            dropped.add(id(event))
        standing[key] = event.op
    return [event for event in events if id(event) not in dropped]


streams = st.lists(any_event, max_size=25).map(albums_at_once).map(once)


def in_their_order(events: list[e.Event]) -> list[e.Event]:
    """The events without those that happened to a message before it was sent."""
    sent = {
        (one.channel, one.id): one.at
        for one in events
        if isinstance(one, e.MessageSent | e.AlbumItemSent)
    }

    def comes_after(event: e.Event) -> bool:
        match event:
            case (
                e.MessageSent(reply_to=str(target))
                | e.ReactionChanged(message=target)
                | e.MessageDeleted(id=target)
            ):
                return sent.get((event.channel, target), 0) <= event.at
        return True

    return [event for event in events if comes_after(event)]
