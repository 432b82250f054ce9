from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.turns import EVERYWHERE, Lane, lane_of, turns
from db.outbox import Entry

SERVED = {"telegram", "discord"}


def entry(**changed: object) -> Entry:
    plain: dict[str, object] = {
        **{"community": 1, "key": "a", "part": 0, "op_no": 0, "op": "send"},
        **{"platform": "telegram", "target": "-1", "state": "pending", "lease_until": None},
        **{"fence": 0, "attempts": 0, "not_before": 0, "not_after": None, "tried_at": None},
        **{"at": 0, "original": "pending", "sent_id": None},
    }
    return Entry(**{**plain, **changed})  # type: ignore[arg-type]


entries = st.builds(
    entry,
    key=st.sampled_from("abcdef"),
    op=st.sampled_from(["send", "edit", "delete"]),
    attempts=st.integers(0, 2),
    platform=st.sampled_from([*SERVED, "console"]),
    target=st.sampled_from(["-1", "-1/5", "-2", "-3"]),
    state=st.sampled_from(["pending", "sending"]),
    lease_until=st.integers(1, 100),
    not_before=st.integers(0, 100),
    not_after=st.none() | st.integers(0, 100),
    tried_at=st.none() | st.integers(0, 100),
    original=st.sampled_from(["pending", "sending", "sent", "unknown", "dead", "expired", None]),
)
lanes = st.builds(
    Lane, st.sampled_from(sorted(SERVED)), st.sampled_from(["-1", "-2", "-3", EVERYWHERE])
)


@given(
    st.lists(entries, max_size=30),
    st.integers(0, 100),
    st.dictionaries(lanes, st.integers(0, 100)),
    st.sets(lanes),
)
def test_each_chat_has_one_turn_at_most_and_it_is_the_turn_of_its_first(
    waiting: list[Entry], now: int, rests: dict[Lane, int], busy: set[Lane]
) -> None:
    due, next_at = turns(waiting, now, rests, busy, SERVED)
    spoken_to = [lane_of(one) for one in due]
    assert len(spoken_to) == len(set(spoken_to))
    for one in due:
        lane = lane_of(one)
        assert one.platform in SERVED
        assert lane not in busy
        is_doubtful = one.op == "send" and one.tried_at is not None
        if one.not_after is None or one.not_after > now or is_doubtful:
            assert max(rests.get(lane, 0), rests.get(Lane(lane.platform, EVERYWHERE), 0)) <= now
        earlier = [other for other in waiting if lane_of(other) == lane]
        for other in earlier[: earlier.index(one)]:
            assert other.op != "send"
            waits_for_its_post = other.original in ("pending", "sending", "unknown")
            is_by_itself = other.state == "pending" and other.not_after is None
            failed = is_by_itself and other.attempts > 0
            assert waits_for_its_post or (failed and (other.not_before > now or rests))
    assert next_at is None or next_at > now


@given(
    st.lists(entries, max_size=30),
    st.dictionaries(lanes, st.integers(0, 100)),
    st.sets(lanes),
)
def test_nothing_is_due_before_the_next_instant_and_something_is_then(
    waiting: list[Entry], rests: dict[Lane, int], busy: set[Lane]
) -> None:
    now = -1
    seen = turns(waiting, now, rests, busy, SERVED)
    assert seen.due == []
    while seen.next_at is not None:
        before = turns(waiting, seen.next_at - 1, rests, busy, SERVED)
        after = turns(waiting, seen.next_at, rests, busy, SERVED)
        assert len(after.due) > len(before.due)
        seen = after


def test_a_post_that_expires_needs_no_waiting_but_a_look_into_a_doubt_does() -> None:
    fresh = entry(not_before=100, not_after=50)
    doubted = entry(not_before=100, not_after=50, tried_at=10)
    assert turns([fresh], 0, {}, set(), SERVED).next_at == 50
    assert turns([doubted], 0, {}, set(), SERVED).next_at == 100


def test_another_holder_is_waited_for_until_its_lease_is_over() -> None:
    held = entry(state="sending", lease_until=60, not_before=5)
    later = entry(key="b")
    assert turns([held, later], 59, {}, set(), SERVED) == ([], 60)
    assert turns([held, later], 60, {}, set(), SERVED).due == [held]


def test_a_change_that_failed_lets_others_pass_and_a_new_one_or_a_post_does_not() -> None:
    failed = entry(op="edit", original="sent", attempts=1, not_before=50)
    post = entry(key="b")
    assert turns([failed, post], 0, {}, set(), SERVED).due == [post]
    assert turns([failed, post], 50, {}, set(), SERVED).due == [failed]
    assert turns([failed, entry(key="b", not_before=90)], 0, {}, set(), SERVED) == ([], 50)
    fresh = failed._replace(attempts=0)
    assert turns([fresh, post], 0, {}, set(), SERVED) == ([], 50)
    assert turns([entry(attempts=3, not_before=50), post], 0, {}, set(), SERVED) == ([], 50)


def test_all_chats_of_a_platform_rest_together() -> None:
    waiting = [entry(), entry(target="-2"), entry(platform="discord")]
    rests = {Lane("telegram", EVERYWHERE): 40, Lane("telegram", "-2"): 60}
    assert turns(waiting, 0, rests, set(), SERVED) == ([waiting[2]], 40)
    assert turns(waiting, 40, rests, set(), SERVED) == ([waiting[0], waiting[2]], 60)
