from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.events import GapNoted, MessageSent
from bot.model import DISCORD_EPOCH_MS
from bot.simulate.chronicle import Chronicle
from bot.simulate.dice import Dice
from bot.simulate.door import departures, greet, joins
from bot.simulate.people import Person
from bot.simulate.snowflake import Mint

START = DISCORD_EPOCH_MS + 1_000 * DAY_MS
DOWN = GapNoted(platform="discord", start=START + 2 * DAY_MS, end=START + 3 * DAY_MS, reason="down")


def chronicle() -> Chronicle:
    return Chronicle("discord", (START, START + 30 * DAY_MS), [DOWN], Mint())


def newcomer(name: str, at: int) -> Person:
    return Person(id=name, created_at=DISCORD_EPOCH_MS, source="friends", joined_at=at)


def test_nobody_leaves_before_their_last_act() -> None:
    reader = newcomer("1", START)
    reader.silent_from, reader.last_act = START + DAY_MS, START + 5 * DAY_MS
    leaves = departures([reader], chronicle(), Dice(1, "test"), visibly=100)
    assert [leave.at for leave in leaves] == [START + 5 * DAY_MS + MINUTE_MS]


def test_a_leave_during_an_outage_is_seen_when_it_ends() -> None:
    reader = newcomer("1", START)
    reader.silent_from = DOWN.start + HOUR_MS
    leaves = departures([reader], chronicle(), Dice(1, "test"), visibly=100)
    assert [leave.at for leave in leaves] == [DOWN.end]


def test_a_join_during_an_outage_keeps_its_time_and_loses_its_source() -> None:
    seen, unseen = newcomer("1", START + HOUR_MS), newcomer("2", DOWN.start + HOUR_MS)
    found = joins([seen, unseen], chronicle())
    assert [(join.at, join.source) for join in found] == [
        (START + HOUR_MS, "friends"),
        (DOWN.start + HOUR_MS, None),
    ]


def test_newcomers_of_ten_minutes_share_a_greeting() -> None:
    offsets = (0, 4, 9, 10, 40)
    people = [newcomer(str(minute), START + minute * MINUTE_MS) for minute in offsets]
    seen = chronicle()
    greet(Person(id="bot", created_at=DISCORD_EPOCH_MS), "lobby", people[::-1], seen)
    greetings = [event for event in seen.events if isinstance(event, MessageSent)]
    assert [(greeting.at - START) // MINUTE_MS for greeting in greetings] == [10, 20, 50]
    assert [greeting.mentions for greeting in greetings] == [("0", "4", "9"), ("10",), ("40",)]
