"""Answers to any picture of an album are answers to its post, in every figure."""

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, date_of
from bot.events import Event, MemberJoined, MessageDeleted
from bot.gather import gather
from bot.model import AccountId
from bot.privacy.forgetting import forget
from bot.privacy.mydata import own_data
from db.connection import Connection
from db.keys import PassingKey
from db.reading import Reader
from db.retention import prune
from db.suppression import Suppression
from db.tables import RAW_DAYS
from tests.albums import CHAT, DAYS, TODAY, contacts, item, pictures, reacted, rebuilt, sent
from tests.happenings import START
from tests.stores import PARIS, dump, in_store, record_more, recorded

# Answers


def test_an_answer_keeps_its_addressee_when_what_it_answers_turns_out_to_be_a_picture(
    store_url: str,
) -> None:
    plain: list[Event] = [sent(5), sent(6)]
    answers = [sent(20, "user2", START + DAY_MS, reply_to="6"), reacted(6, at=START + 2 * DAY_MS)]

    async def kept(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[*plain, *answers]])
        before = await contacts(connection, community.id)
        await record_more(connection, community, [pictures(5)])
        return [before, await contacts(connection, community.id)]

    before, after = in_store(store_url, kept)
    assert before == [
        (1, "telegram:user2", "telegram:user1", 1, 0),
        (2, "telegram:user2", "telegram:user1", 0, 1),
    ]
    assert after == before


def test_a_quick_reaction_stays_quick_when_what_it_is_on_turns_out_to_be_a_picture(
    store_url: str,
) -> None:
    late = DAYS.start(TODAY + 1) - MINUTE_MS
    plain = [sent(number, at=late) for number in (5, 6)]

    async def kept(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[*plain, reacted(6, at=late + 2 * MINUTE_MS)]])
        await record_more(connection, community, [pictures(5, at=late)])
        contents = await dump(connection, community.id), await rebuilt(connection, community.id)
        return [(one["contact_day"], one["awaited"]) for one in contents]

    before, after = in_store(store_url, kept)
    assert after == before
    assert [row[-2] for row in before[0]] == [1]


@pytest.mark.parametrize("late", [pictures(5), [item(6, "a"), sent(5, album="a")]])
def test_a_picture_that_comes_late_decides_whom_its_answers_went_to(
    store_url: str, late: list[Event]
) -> None:
    answer = sent(20, "user2", START + DAY_MS, reply_to="6", reply_to_author="user9")

    async def kept(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[answer], late])
        return await contacts(connection, community.id)

    assert in_store(store_url, kept) == [(1, "telegram:user2", "telegram:user1", 1, 0)]


# In every figure


class Talk:
    """A lively month: with albums, or with the first picture of each alone."""

    def __init__(self, dice: Random, *, in_full: bool) -> None:
        self._dice, self._in_full = dice, in_full
        self._sizes: list[int] = []
        self._thanked: set[tuple[str, int]] = set()
        self.events: list[Event] = []

    def tell(self) -> list[Event]:
        """Everything that happens, the same for the same chance."""
        people = [f"user{number}" for number in range(1, 9)]
        for user in people[4:]:
            at = START + self._dice.randint(0, 20) * DAY_MS
            self.events.append(MemberJoined(platform="telegram", user=user, at=at))
        at = START
        for number in range(60):
            at += self._dice.choice([MINUTE_MS, 7 * MINUTE_MS, 5 * HOUR_MS, 26 * HOUR_MS])
            self._post(number, self._dice.choice(people), at)
            for user in people:
                self._react(user, at)
        return self.events

    def _post(self, number: int, author: str, at: int) -> None:
        dice, size = self._dice, self._dice.choice([1, 1, 2, 10])
        answered = self._somewhere() if self._sizes and dice.random() < 0.6 else None
        asks, mentions = dice.random() < 0.4, ("user1",) if dice.random() < 0.2 else ()
        self._sizes.append(size)
        album = f"a{number}" if size > 1 else None
        shown = size if self._in_full else 1
        for place in range(shown):
            self.events.append(
                sent(
                    number * 20 + place,
                    author,
                    at,
                    album=album,
                    reply_to=answered,
                    has_question=asks and not place,
                    mentions=() if place else mentions,
                )
            )

    def _react(self, user: str, at: int) -> None:
        """Somebody thanks for a post; on another picture of it, that would be one more thank."""
        number, place = self._pick()
        if self._dice.random() < 0.2 and (user, number) not in self._thanked:
            self._thanked.add((user, number))
            when = at + self._dice.randint(1, 30) * MINUTE_MS
            self.events.append(reacted(number * 20 + place, user, when, "🙏"))

    def _somewhere(self) -> str:
        number, place = self._pick()
        return str(number * 20 + place)

    def _pick(self) -> tuple[int, int]:
        """One of the last posts, and the picture of it that somebody tapped on."""
        number = self._dice.randint(max(0, len(self._sizes) - 4), len(self._sizes) - 1)
        return number, self._dice.randint(0, self._sizes[number] - 1) * self._in_full


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_is_that_of_a_community_with_one_picture_a_post(
    store_url: str, seed: int
) -> None:
    async def figures(connection: Connection, events: Sequence[Event]) -> list[Any]:
        community = await recorded(connection, [events])
        days = [date_of(TODAY + day) for day in (13, 27, 34)]
        found = [await gather(Reader(connection), community, day) for day in days]
        return [(one.figures, one.head_count) for one in found]

    async def both(connection: Connection) -> list[list[Any]]:
        tellings = [
            Talk(Random(seed), in_full=in_full).tell()  # noqa: S311  chance that repeats, no secret
            for in_full in (True, False)
        ]
        return [await figures(connection, events) for events in tellings]

    albums, single = in_store(store_url, both)
    assert albums == single
    assert any(figure.n for figure in single[1][0].values())


def test_whoever_answers_a_picture_answers_the_post(store_url: str) -> None:
    answer = sent(20, "user2", START + MINUTE_MS, reply_to="9")

    async def read(connection: Connection) -> tuple[Any, ...]:
        community = await recorded(connection, [[*pictures(5), answer]])
        asked = (community.id, PARIS, TODAY + 1, TODAY)
        [batch] = [batch async for batch in Reader(connection).messages(*asked)]
        post, reply = batch
        return reply.reply, reply.reply_stored, reply.reply_author == post.author

    assert in_store(store_url, read) == (5, True, True)


def test_whoever_takes_back_one_of_two_hearts_leaves_the_other(store_url: str) -> None:
    first, then = reacted(5), reacted(6, at=START + 2 * MINUTE_MS)
    back = msgspec.structs.replace(then, at=START + 3 * MINUTE_MS, op="remove")

    async def standing(connection: Connection) -> list[tuple[int, int]]:
        community = await recorded(connection, [[*pictures(5), first, then, back]])
        asked = (community.id, PARIS, TODAY + 1, [(1, 5)])
        return [(one.at, one.message) for one in await Reader(connection).reactions_on(*asked)]

    assert in_store(store_url, standing) == [(START + MINUTE_MS, 5)]


# What becomes of it


def test_an_album_goes_with_its_time_and_answers_keep_their_addressee(store_url: str) -> None:
    later = [sent(20, "user2", START + DAY_MS, reply_to="6"), reacted(7, at=START + DAY_MS)]

    async def left(connection: Connection) -> tuple[Any, ...]:
        community = await recorded(connection, [[*pictures(5), *later]])
        await prune(connection, community.id, DAYS, TODAY + 1 + RAW_DAYS)
        content = await dump(connection, community.id)
        return content["album_item"], content["message"][0][5], content["reaction"][0][-1]

    assert in_store(store_url, left) == ([], "telegram:user1", "telegram:user1")


def test_whoever_is_forgotten_leaves_no_picture(store_url: str) -> None:
    others = pictures(30, author="user2", album="b")

    async def left(connection: Connection) -> tuple[Any, ...]:
        community = await recorded(connection, [[*pictures(5), *others, reacted(7)]])
        suppression = Suppression(PassingKey())
        await forget(connection, suppression, AccountId("telegram", "user1"), START)
        again = [*pictures(5), item(6, "a")]
        await record_more(connection, community, [again], suppression=suppression)
        items = (await dump(connection, community.id))["album_item"]
        return {row[3] for row in items}, await contacts(connection, community.id)

    assert in_store(store_url, left) == ({"telegram:user2"}, [(0, "telegram:user2", 0, 0, 1)])


def test_rollups_without_the_forgotten_equal_rollups_built_anew(store_url: str) -> None:
    deleted = MessageDeleted(
        platform="telegram", channel=CHAT, id="8", at=START + DAY_MS, by_moderator=True
    )
    answers = [reacted(7), reacted(8, at=START + 2 * DAY_MS), sent(20, "user2", reply_to="9")]

    async def both(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [[*pictures(5), *answers, deleted]])
        await forget(connection, Suppression(PassingKey()), AccountId("telegram", "user1"), START)
        return await dump(connection, community.id), await rebuilt(connection, community.id)

    kept, anew = in_store(store_url, both)
    assert anew == kept


def test_a_members_own_data_counts_an_album_once_and_tells_all_of_it(store_url: str) -> None:
    async def own(connection: Connection) -> tuple[int, bytes]:
        await recorded(connection, [pictures(5)])
        [data] = await own_data(connection, AccountId("telegram", "user1"))
        return data.messages, data.events

    messages, lines = in_store(store_url, own)
    assert messages == 1
    assert lines.count(b'"album":"a"') == 10
    assert lines.count(b'"kind":"message"') == 1
