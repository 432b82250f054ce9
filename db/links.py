"""Which accounts are one person, by that person's own consent."""

from db.connection import Connection


async def link(connection: Connection, community: int, one: int, other: int, at: int) -> None:
    """Make two accounts one person's; the person's number is the lowest of its accounts."""
    persons = dict(map(tuple, await connection.rows("links", community=community)))
    joined = {persons.get(one, one), persons.get(other, other)}
    person = min(joined)
    for merged in joined - {person}:
        await connection.run("relink_person", community=community, person=merged, new_person=person)
    for account in (one, other, person):
        await connection.run(
            "link_account", community=community, account=account, person=person, at=at
        )


async def unlink(connection: Connection, community: int, account: int) -> None:
    """Make an account a person of its own again."""
    persons = dict(map(tuple, await connection.rows("links", community=community)))
    person = persons.pop(account, None)
    await connection.run("unlink_account", community=community, account=account)
    rest = sorted(other for other, owner in persons.items() if owner == person)
    if len(rest) == 1:
        await connection.run("unlink_account", community=community, account=rest[0])
    elif rest and person == account:
        await connection.run(
            "relink_person", community=community, person=account, new_person=rest[0]
        )
