"""Brings what one community keeps, beside its events, into another."""

from db.connection import Connection
from db.links import link
from db.numbers import Name, Numbers
from db.tables import HEIR

_GIVEN = (
    "give_corrections",
    "give_notes",
    "give_settings",
    "give_slots",
    "give_alarms",
    "give_posts",
    "give_greetings",
    "give_closings",
    "give_links_of_sources",
    "give_blind_spans",
    "give_places",
    "give_codes",
)
_SHARED = ("share_beginning", "share_exclusions", "share_first_acts", "complete_memberships")
_RENAMED = ("rename_alarms", "rename_greetings", "rename_posts")
"""Posts are renamed last: by their names one knows which others to rename."""
_ROLLED = ("share_activity", "share_contacts", "share_revisions")


async def inherit(connection: Connection, keeper: int, absorbed: int) -> None:
    """Note that a community is part of another from now on, and whatever was part of it."""
    await connection.run("give_heirs", keeper=keeper, absorbed=absorbed)
    await connection.insert(HEIR, [(absorbed, keeper)])


async def raw_horizon(connection: Connection, *communities: int) -> int | None:
    """The first local day of which raw events tell in all of them; None where they tell of all."""
    days = [await connection.value("raw_from_day", community=one) for one in communities]
    return max((day for day in days if day is not None), default=None)


async def carry_over(connection: Connection, keeper: int, absorbed: int) -> None:
    """Bring everything that events do not tell from one community into another.

    What the keeper has set stays as it is. Its events, and so its channels and sources, are those
    of both already.
    """
    both = {"keeper": keeper, "absorbed": absorbed}
    numbers = await _meet(connection, keeper, absorbed)
    await _link(connection, numbers, absorbed)
    for query in _SHARED:
        await connection.run(query, **both)
    for query in _RENAMED:
        await connection.run(query, **both, mark=f":{absorbed}")
    for query in _GIVEN:
        await connection.run(query, **both)


async def share_old_days(connection: Connection, keeper: int, absorbed: int, before: int) -> None:
    """Bring the roll-ups of the local days before one into another community, and keep them.

    From then on none of these days is rebuilt.
    """
    for query in _ROLLED:
        await connection.run(query, keeper=keeper, absorbed=absorbed, before=before)
    await connection.run("drop_awaited_before", community=keeper, day=before)
    await connection.run("set_raw_from_day", community=keeper, day=before)


async def _meet(connection: Connection, keeper: int, absorbed: int) -> Numbers:
    """The keeper's numbers, given to every account of the other, too."""
    rows = await connection.rows("numbered_accounts", community=absorbed)
    met: list[Name] = [(platform, external_id) for platform, external_id, *_ in rows]
    numbers = await Numbers.load(connection, keeper)
    await numbers.meet(connection, met, (), ())
    return numbers


async def _link(connection: Connection, numbers: Numbers, absorbed: int) -> None:
    """Whose accounts were one person's in the other community are here, too."""
    for *names, at in await connection.rows("links_to_give", absorbed=absorbed):
        account, person = numbers.accounts[names[0], names[1]], numbers.accounts[names[2], names[3]]
        await link(connection, numbers.community, account, person, at)
