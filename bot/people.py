"""Accounts to persons: whose accounts belong together, who counts as human, who is here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.ledger import Account, Ledger, Membership


class Leave(NamedTuple):
    """Somebody went at an instant; `how` is `left`, `kicked`, `banned` or unknown."""

    at: int
    how: str | None

    @property
    def was_own_choice(self) -> bool:
        """Whether the person went by themselves (METRICS-READINGS N8)."""
        return self.how in (None, "left")


@dataclass(frozen=True, slots=True)
class Person:
    """A human being with all accounts that are linked to them.

    `key` is the lowest `platform:id` of the accounts; it orders people. `joined_at` is the first
    known join (METRICS-READINGS M3) and None where none is known (M4).
    """

    number: int
    key: str
    is_staff: bool
    is_present: bool
    has_acted: bool
    joined_at: int | None
    leaves: tuple[Leave, ...]


@dataclass(frozen=True, slots=True)
class People:
    """The humans of a ledger and the accounts that are theirs.

    `person_of` maps an account to its person's number; the accounts of bots are not in it.
    `accounts` are all accounts of the ledger, bots too.
    """

    humans: Mapping[int, Person]
    person_of: Mapping[int, int]
    accounts: frozenset[int]

    def is_bot(self, account: int) -> bool:
        """Whether the account is a bot's; account 0, an author nobody knows, is not."""
        return account in self.accounts and account not in self.person_of


def read_people(ledger: Ledger) -> People:
    """The persons of a ledger: bots left out, linked accounts put together."""
    accounts: dict[int, list[Account]] = defaultdict(list)
    for account in ledger.accounts:
        accounts[ledger.links.get(account.number, account.number)].append(account)
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for membership in ledger.memberships:
        memberships[membership.account].append(membership)

    humans = {
        number: _person(number, own, memberships)
        for number, own in accounts.items()
        if not any(account.is_bot for account in own)
    }
    return People(
        humans=humans,
        person_of={a.number: number for number in humans for a in accounts[number]},
        accounts=frozenset(account.number for account in ledger.accounts),
    )


def _person(
    number: int, accounts: Iterable[Account], memberships: Mapping[int, list[Membership]]
) -> Person:
    own = {account: memberships.get(account.number, []) for account in accounts}
    moves = [move for of_account in own.values() for move in of_account]
    return Person(
        number=number,
        key=min(account.key for account in own),
        is_staff=any(account.is_staff for account in own),
        is_present=any(_is_present(account, seen) for account, seen in own.items()),
        has_acted=any(account.acted_at is not None for account in own),
        joined_at=min((move.at for move in moves if move.joined), default=None),
        leaves=tuple(
            sorted(
                (Leave(move.at, move.how) for move in moves if not move.joined),
                key=lambda leave: leave.at,
            )
        ),
    )


def _is_present(account: Account, memberships: Iterable[Membership]) -> bool:
    """METRICS-READINGS M1, M2: the last join or leave decides, else having done something."""
    # A join and a leave in one instant are somebody thrown out at the door, not coming back.
    last = max(memberships, key=lambda move: (move.at, not move.joined), default=None)
    if last is not None:
        return last.joined
    return account.acted_at is not None or account.is_listed
