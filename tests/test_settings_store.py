"""What `/setup`, `/language` and `/status` ask of the store, on each engine."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest

from bot.commands import Asker
from bot.errors import UserError
from bot.events import GapNoted, MessageSent
from bot.model import AccountId, ChannelId, PlaceId
from bot.privacy.user_language import choose_language
from bot.settings import CommunitySettings, load_settings
from bot.settings.setup import change, checked, load_house
from bot.status import Hole, Presence, read_status
from db.connection import Connection
from db.directory import add_place
from db.opening import write_memory
from db.presence import arrive, depart
from db.tables import CLOSED_CHANNEL, SETTING
from tests.happenings import START
from tests.stores import fetch, in_store, recorded

HERE = ChannelId("discord", "c1")
HOUR = 3_600_000


def _message(channel: str = "c1") -> MessageSent:
    return MessageSent(platform="discord", channel=channel, id="1", author="ana", at=START)


def _asker(manages: Iterable[PlaceId] = ()) -> Asker:
    return Asker(AccountId("telegram", "user7"), "Mona", manages=frozenset(manages))


def test_only_what_differs_is_changed_and_named(store_url: str) -> None:
    async def changed(connection: Connection) -> tuple[list[str], list[str], Any, Any]:
        community = (await recorded(connection, [[_message()]], "UTC")).id
        wanted = {"timezone": "Asia/Tokyo", "language": "fr", "digest_hour": 9, "main": HERE}
        first = await change(connection, community, wanted)
        second = await change(connection, community, wanted)
        house = await load_house(connection, community)
        days = await fetch(connection, "SELECT day FROM activity_day")
        return first, second, house, [row[0] for row in days]

    first, second, house, days = in_store(store_url, changed)
    assert first == ["timezone", "language", "main"]
    assert second == []
    assert (house.timezone, house.language) == ("Asia/Tokyo", "fr")
    assert house.settings == CommunitySettings(main=HERE)
    assert days == [START // 86_400_000]


def test_a_refusal_leaves_everything_as_it_was(store_url: str) -> None:
    async def after(connection: Connection) -> tuple[CommunitySettings, Any]:
        ours = (await recorded(connection, [[_message()]], "UTC")).id
        theirs = (await recorded(connection, [[_message("c2")]], "UTC")).id
        await add_place(connection, theirs, PlaceId("discord", "g2"), "guild", None)
        for channel in ("c2", "g2", "c2/7"):
            wanted = {"welcome": False, "main": ChannelId("discord", channel)}
            with pytest.raises(UserError):
                await change(connection, ours, wanted)
        return await load_settings(connection, ours), await load_settings(connection, theirs)

    assert in_store(store_url, after) == (CommunitySettings(), CommunitySettings())


def test_a_channel_that_two_communities_know_may_be_chosen_by_both(store_url: str) -> None:
    async def chosen(connection: Connection) -> list[list[str]]:
        numbers = [(await recorded(connection, [[_message()]], "UTC")).id for _ in range(2)]
        return [await change(connection, number, {"main": HERE}) for number in numbers]

    assert in_store(store_url, chosen) == [["main"], ["main"]]


def test_a_channel_of_others_may_be_chosen_by_who_moderates_there_too(store_url: str) -> None:
    async def chosen(connection: Connection) -> tuple[list[str], CommunitySettings]:
        ours = (await recorded(connection, [[_message()]], "UTC")).id
        theirs = (await recorded(connection, [[_message("c2")]], "UTC")).id
        place, other = PlaceId("discord", "g2"), PlaceId("discord", "g3")
        await add_place(connection, theirs, place, "guild", None)
        wanted = {"moderators": ChannelId("discord", "g2/7")}
        with pytest.raises(UserError):
            await change(connection, ours, wanted, _asker(manages=[other]))
        changed = await change(connection, ours, wanted, _asker(manages=[place]))
        return changed, await load_settings(connection, ours)

    changed, settings = in_store(store_url, chosen)
    assert changed == ["moderators"]
    assert settings.moderators == ChannelId("discord", "g2/7")


def test_a_channel_of_others_that_holds_already_is_no_refusal(store_url: str) -> None:
    async def chosen(connection: Connection) -> list[str]:
        ours = (await recorded(connection, [[_message()]], "UTC")).id
        theirs = (await recorded(connection, [[_message("c2")]], "UTC")).id
        place = PlaceId("discord", "g2")
        await add_place(connection, theirs, place, "guild", None)
        wanted = {"moderators": ChannelId(*place)}
        await change(connection, ours, wanted, _asker(manages=[place]))
        return await change(connection, ours, {**wanted, "digest_hour": 7})

    assert in_store(store_url, chosen) == ["digest_hour"]


def test_a_private_chat_is_for_moderators_and_never_for_everybody(store_url: str) -> None:
    async def chosen(connection: Connection) -> tuple[CommunitySettings, Any]:
        ours = (await recorded(connection, [[_message()]], "UTC")).id
        mona, private = _asker(), ChannelId("telegram", "7")
        await change(connection, ours, {"moderators": private}, mona)
        with pytest.raises(UserError) as refused:
            await change(connection, ours, {"main": private, "moderators": HERE}, mona)
        return await load_settings(connection, ours), refused.value.values

    settings, values = in_store(store_url, chosen)
    assert (settings.main, settings.moderators) == (None, ChannelId("telegram", "7"))
    assert values == {"name": "main"}


def test_the_names_of_places_are_known_where_their_platform_told(store_url: str) -> None:
    async def named(connection: Connection) -> dict[ChannelId, str]:
        ours = (await recorded(connection, [[_message()]], "UTC")).id
        for place, name in (("g1", "The club"), ("g2", None)):
            await add_place(connection, ours, PlaceId("discord", place), "guild", name)
        wanted = {"main": ChannelId("discord", "g1/5"), "moderators": ChannelId("discord", "g2")}
        await change(connection, ours, wanted)
        return dict((await load_house(connection, ours)).names)

    assert in_store(store_url, named) == {ChannelId("discord", "g1"): "The club"}


def test_a_channel_that_is_named_again_is_open_again(store_url: str) -> None:
    async def closed(connection: Connection) -> list[int]:
        community = (await recorded(connection, [[_message()]], "UTC")).id
        await change(connection, community, {"main": HERE})
        await connection.insert(CLOSED_CHANNEL, [(community, *HERE, "gone", 1)])
        counts = []
        for wanted in ({"welcome": False}, {"main": HERE}):
            await change(connection, community, wanted)
            counts.append(len(await fetch(connection, "SELECT 1 FROM closed_channel")))
        return counts

    assert in_store(store_url, closed) == [1, 0]


@pytest.mark.parametrize(
    "wanted",
    [{"digest_hour": 24}, {"digest_hour": -1}, {"welcome_minutes": 0}, {"welcome_minutes": 241}],
)
def test_numbers_out_of_bounds_are_refused(wanted: dict[str, int]) -> None:
    with pytest.raises(UserError):
        checked(wanted)


@pytest.mark.parametrize(
    "wanted",
    [{"digest_hour": 0}, {"digest_hour": 23}, {"welcome_minutes": 1}, {"welcome_minutes": 240}],
)
def test_numbers_on_their_bounds_are_taken(wanted: dict[str, int]) -> None:
    assert checked({**wanted, "timezone": None}) == wanted


def test_a_persons_language_is_the_last_one_chosen(store_url: str) -> None:
    async def chosen(connection: Connection) -> list[tuple[Any, ...]]:
        for account, language in [("ana", "fr"), ("bob", "en"), ("ana", "en"), ("ana", "fr")]:
            await choose_language(connection, AccountId("discord", account), language)
        rows = await fetch(
            connection, "SELECT external_id, language FROM user_setting ORDER BY external_id"
        )
        return [tuple(row) for row in rows]

    assert in_store(store_url, chosen) == [("ana", "fr"), ("bob", "en")]


def test_status_is_read_of_one_community(store_url: str) -> None:
    async def read(connection: Connection) -> Any:
        hole = GapNoted(platform="discord", start=START + HOUR, end=START + 2 * HOUR, reason="down")
        ours = (await recorded(connection, [[_message(), hole]], "UTC")).id
        theirs = (await recorded(connection, [[hole]], "UTC")).id
        for community, places in ((ours, ("g1", "g2")), (theirs, ("g3",))):
            for n, place in enumerate(places, 1):
                where = PlaceId("discord", place)
                await add_place(connection, community, where, "guild", None)
                await arrive(connection, where, START + n * HOUR)
        await depart(connection, PlaceId("discord", "g1"), START + 3 * HOUR)
        return await read_status(connection, ours, START + 4 * HOUR)

    status = in_store(store_url, read)
    assert status.presences == (Presence("discord", START + 2 * HOUR),)
    assert status.last_event == START
    assert status.holes == (Hole(START + HOUR, START + 2 * HOUR),)
    assert status.coverage == 0.75
    assert (status.turns, status.posts.waiting, status.posts.unknown) == ((), 0, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("digest_hour", "99"),
        ("digest_hour", "noon"),
        ("digest_weekday", "-1"),
        ("welcome_minutes", "0"),
        ("paused_until", "9" * 20),
        ("of_a_later_version", "1"),
    ],
)
def test_a_setting_that_cannot_be_leaves_the_default(name: str, value: str) -> None:
    async def read(connection: Connection) -> object:
        await connection.insert(SETTING, [(1, name, value)])
        return await load_settings(connection, 1)

    assert asyncio.run(_in_memory(read)) == CommunitySettings()


async def _in_memory(read: Callable[[Connection], Awaitable[object]]) -> object:
    async with write_memory() as store:
        return await store.write(read)
