"""Accounts to persons, and who is here."""

from typing import Any

from bot.ledger import Account, Ledger, Membership
from bot.people import People, read_people
from tests.builders import World


def account(number: int, name: str = "", **more: Any) -> Account:
    row = Account(number, "discord", name or f"u{number}", False, False, False, None)
    return row._replace(**more)


def people(
    *accounts: Account,
    moves: tuple[Membership, ...] = (),
    links: dict[int, int] | None = None,
) -> People:
    return read_people(
        Ledger("UTC", 20150, 20052, accounts, links or {}, moves, (), (), {}, (), (), None)
    )


def joined(account: int, at: int) -> Membership:
    return Membership(at, account, True, None, None)


def left(account: int, at: int, how: str | None = "left") -> Membership:
    return Membership(at, account, False, how, None)


def test_m1_bob_who_wrote_is_here_and_zed_who_was_only_mentioned_is_not() -> None:
    world = World()
    world.says("bob", "03-01 10:00", "zed")
    here = {p.key for p in world.facts().people.values() if p.is_present}
    assert here == {"discord:bob"}


def test_m1_a_member_line_makes_present() -> None:
    assert people(account(1, is_listed=True)).humans[1].is_present
    assert not people(account(1)).humans[1].is_present


def test_m2_activity_after_leaving_brings_nobody_back() -> None:
    world = World()
    world.joins("ana", "02-01 10:00")
    world.leaves("ana", "03-01 12:00")
    world.says("ana", "03-01 12:01")
    assert world.figures()["headcount"].value == 0


def test_a_leave_counts_even_where_no_join_was_seen() -> None:
    assert not people(account(1, acted_at=5), moves=(left(1, 3),)).humans[1].is_present


def test_m3_the_first_known_join_dates_and_a_later_one_only_brings_back() -> None:
    moves = (joined(1, 900), left(1, 500), joined(1, 100))
    person = people(account(1), moves=moves).humans[1]
    assert (person.is_present, person.joined_at) == (True, 100)


def test_m4_who_only_left_has_no_joining_date() -> None:
    assert people(account(1), moves=(left(1, 3),)).humans[1].joined_at is None


def test_a_join_and_a_leave_in_one_instant_leave_nobody_behind() -> None:
    for moves in [(joined(1, 7), left(1, 7)), (left(1, 7), joined(1, 7))]:
        assert not people(account(1), moves=moves).humans[1].is_present


def test_bots_are_nobody() -> None:
    found = people(account(1, is_bot=True), account(2, acted_at=1))
    assert set(found.humans) == {2}
    assert (found.is_bot(1), found.is_bot(2), found.is_bot(0)) == (True, False, False)


def test_linked_accounts_are_one_person_with_the_lowest_key() -> None:
    found = people(
        account(3, "b", is_staff=True),
        account(5, "a", platform="telegram", acted_at=9),
        account(7, "c"),
        links={3: 3, 5: 3},
    )
    assert set(found.humans) == {3, 7}
    assert found.person_of == {3: 3, 5: 3, 7: 7}
    person = found.humans[3]
    assert (person.key, person.is_staff, person.is_present) == ("discord:b", True, True)


def test_a_person_is_a_bot_if_one_of_the_accounts_is() -> None:
    found = people(account(1), account(2, is_bot=True), links={1: 1, 2: 1})
    assert not found.humans
    assert found.is_bot(1)


def test_a_person_who_left_one_platform_is_here_on_the_other() -> None:
    found = people(
        account(1),
        account(2, platform="telegram", acted_at=1),
        moves=(joined(1, 50), left(1, 60, "kicked")),
        links={1: 1, 2: 1},
    )
    person = found.humans[1]
    assert (person.is_present, person.joined_at) == (True, 50)
    assert [leave.was_own_choice for leave in person.leaves] == [False]


def test_to_leave_is_ones_own_choice_unless_said_otherwise() -> None:
    leaves = (
        people(account(1), moves=(left(1, 3, None), left(1, 2, "banned"), left(1, 1, "left")))
        .humans[1]
        .leaves
    )
    assert [leave.was_own_choice for leave in leaves] == [True, False, True]
