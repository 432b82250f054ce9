from bot.clock import DAY_MS, MINUTE_MS, LocalDays
from bot.rollup import (
    RawDay,
    RawMention,
    RawMessage,
    RawReaction,
    RawVoice,
    RawVote,
    roll_up,
)

UTC = LocalDays("UTC")
DAY = 20_000
NOON = DAY * DAY_MS + DAY_MS // 2
ANA, BOB, CYD = 1, 2, 3


def message(number: int, author: int = ANA, at: int = NOON, **more: int) -> RawMessage:
    told = {"reply": None, "reply_author": None, "reply_at": None, "deleted_at": None, **more}
    return RawMessage(at=at, channel=1, number=number, author=author, **told)


def reaction(at: int, added: int = 1, emoji: str = "👍", **more: int | None) -> RawReaction:
    told = {"author": ANA, "message_at": NOON, "deleted_at": None, **more}
    return RawReaction(at, 1, 7, BOB, emoji, added, **told)


def test_counts_messages_by_account_and_hour() -> None:
    rows = roll_up(UTC, DAY, RawDay([message(1), message(2), message(3, BOB, at=NOON + 1)]))
    assert [(row.account, row.messages, row.hours) for row in rows.activity] == [
        (ANA, 2, 1 << 12),
        (BOB, 1, 1 << 12),
    ]


def test_a_reply_and_a_mention_are_two_contacts_on_one_row() -> None:
    reply = message(2, BOB, reply=1, reply_author=ANA, reply_at=NOON)
    rows = roll_up(UTC, DAY, RawDay([message(1), reply], [RawMention(1, 2, ANA)]))
    [contact] = rows.contacts
    assert (contact.sender, contact.receiver) == (BOB, ANA)
    assert (contact.replies, contact.mentions) == (1, 1)


def test_what_a_moderator_took_away_never_was() -> None:
    gone = message(2, BOB, reply=1, reply_author=ANA, reply_at=NOON, deleted_at=NOON + 1)
    rows = roll_up(UTC, DAY, RawDay([gone], [RawMention(1, 2, CYD)]))
    assert (rows.activity, rows.contacts) == ([], [])


def test_a_later_deletion_is_not_known_before_it_happens() -> None:
    later = NOON + 5 * DAY_MS
    raw = RawDay([message(1, deleted_at=later)])
    assert roll_up(UTC, DAY, raw, as_of=later).activity != []
    assert roll_up(UTC, DAY, raw, as_of=later + 1).activity == []
    assert roll_up(UTC, DAY, raw).revised == {1: later}


def test_a_deletion_of_the_same_day_revises_nothing() -> None:
    assert roll_up(UTC, DAY, RawDay([message(1, deleted_at=NOON + 1)])).revised == {}


def test_operations_on_a_reaction_count_in_their_order_in_time() -> None:
    again, first, removal = reaction(NOON + 9), reaction(NOON), reaction(NOON + 5, added=0)
    rows = roll_up(UTC, DAY, RawDay(reactions=[again, first, removal]))
    assert [contact.reactions for contact in rows.contacts] == [1]
    rows = roll_up(UTC, DAY, RawDay(reactions=[removal, first]))
    assert rows.contacts == []


def test_two_adds_without_a_removal_are_one_reaction_on_the_first_day() -> None:
    adds = [reaction(NOON + DAY_MS), reaction(NOON)]
    assert len(roll_up(UTC, DAY, RawDay(reactions=adds)).contacts) == 1
    assert roll_up(UTC, DAY + 1, RawDay(reactions=adds)).contacts == []


def test_a_reaction_taken_back_later_revises_the_day_it_stood_on() -> None:
    later = NOON + 3 * DAY_MS
    history = [reaction(NOON), reaction(later, added=0), reaction(later + DAY_MS)]
    rows = roll_up(UTC, DAY, RawDay(reactions=history))
    assert rows.contacts == []
    assert rows.revised == {1: later}
    assert rows.linked == {(DAY + 4, 1)}
    assert len(roll_up(UTC, DAY, RawDay(reactions=history), as_of=later).contacts) == 1


def test_emoji_are_classed_without_their_variants_and_tones() -> None:
    history = [reaction(NOON, emoji=emoji) for emoji in ("❤️", "👍🏽", "👎", "🙏")]
    [contact] = roll_up(UTC, DAY, RawDay(reactions=history)).contacts
    assert (contact.reactions, contact.positive, contact.gratitude) == (4, 3, 2)


def test_a_reaction_within_ten_minutes_is_fast() -> None:
    ten = 10 * MINUTE_MS
    fast = [reaction(NOON + ten), reaction(NOON + ten + 1, emoji="🔥")]
    [contact] = roll_up(UTC, DAY, RawDay(reactions=fast)).contacts
    assert contact.fast == 1


def test_targets_that_are_not_stored_are_awaited() -> None:
    lost = message(2, BOB, reply=99)
    unknown = reaction(NOON, message_at=None, author=None)
    rows = roll_up(UTC, DAY, RawDay([lost], reactions=[unknown]))
    assert rows.awaited == {(1, 99), (1, 7)}
    assert [contact.receiver for contact in rows.contacts] == [0]


def test_voice_is_cut_at_local_midnight_and_shared_in_both_directions() -> None:
    paris = LocalDays("Europe/Paris")
    midnight = paris.start(DAY)
    stays = [
        RawVoice(midnight - 7 * MINUTE_MS, midnight + 4 * MINUTE_MS, 5, ANA),
        RawVoice(midnight - 3 * MINUTE_MS, midnight + 9 * MINUTE_MS, 5, BOB),
        RawVoice(midnight + 2 * MINUTE_MS, midnight + 6 * MINUTE_MS, 5, BOB),
    ]
    rows = roll_up(paris, DAY, RawDay(voice=stays))
    assert [(row.account, row.voice_ms // MINUTE_MS, row.voice_hours) for row in rows.activity] == [
        (ANA, 4, 1),
        (BOB, 9, 1),
    ]
    assert [(c.sender, c.receiver, c.voice_ms // MINUTE_MS) for c in rows.contacts] == [
        (ANA, BOB, 4),
        (BOB, ANA, 4),
    ]


def test_people_in_two_voice_channels_do_not_meet() -> None:
    stays = [
        RawVoice(NOON, NOON + MINUTE_MS, channel, who) for channel, who in [(5, ANA), (6, BOB)]
    ]
    assert roll_up(UTC, DAY, RawDay(voice=stays)).contacts == []


def test_votes_stand_in_no_channel() -> None:
    [row] = roll_up(UTC, DAY, RawDay(votes=[RawVote(ANA), RawVote(ANA)])).activity
    assert (row.channel, row.votes, row.messages) == (0, 2, 0)
