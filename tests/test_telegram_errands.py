"""What is done beside listening happens once at a time, and fails alone."""

import asyncio

from bot.adapters.telegram.listening.errands import Errands
from bot.delivery import AmbiguousError
from bot.errors import StoreError
from tests.telegram_bots import Rests
from tests.test_logs import lines, logged


class Work:
    """Something to do that waits until it may end."""

    def __init__(self, *failures: Exception) -> None:
        self.begun = 0
        self.ended = 0
        self.may_end = asyncio.Event()
        self.failures = list(failures)

    async def __call__(self) -> None:
        self.begun += 1
        await self.may_end.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.ended += 1


async def beats() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_name_is_done_once_at_a_time_and_once_more_where_it_was_asked_for() -> None:
    errands, work = Errands(), Work()
    for _ in range(5):
        errands.begin("look", work)
        await beats()
    assert work.begun == 1
    work.may_end.set()
    await beats()
    assert (work.begun, work.ended) == (2, 2)
    errands.begin("look", work)
    await beats()
    assert work.ended == 3


async def test_different_names_are_done_side_by_side() -> None:
    errands, one, other = Errands(), Work(), Work()
    errands.begin("one", one)
    errands.begin("other", other)
    await beats()
    assert (one.begun, other.begun) == (1, 1)
    await errands.end()


async def test_expected_failures_are_one_line_and_what_was_asked_for_is_done_after_them() -> None:
    errands, work = Errands(), Work(AmbiguousError("no answer"), StoreError("disk is full"))
    with logged() as stream:
        errands.begin("look", work)
        await beats()
        errands.begin("look", work)
        work.may_end.set()
        await beats()
        errands.begin("look", work)
        await beats()
    assert work.ended == 1
    assert [line["reason"] for line in lines(stream)] == ["no answer", "disk is full"]
    assert not any("exception" in line for line in lines(stream))


async def test_a_bug_is_told_and_spreads_nowhere() -> None:
    errands, broken, fine = Errands(), Work(KeyError("what Ana said")), Work()
    with logged() as stream:
        errands.begin("broken", broken)
        errands.begin("fine", fine)
        broken.may_end.set()
        fine.may_end.set()
        await beats()
    assert fine.ended == 1
    (line,) = lines(stream)
    assert line["level"] == "error"
    assert "Ana" not in stream.getvalue()
    errands.begin("broken", broken)
    await beats()
    assert broken.ended == 1


async def test_the_end_stops_everything() -> None:
    errands, work = Errands(), Work()
    errands.begin("look", work)
    await beats()
    await errands.end()
    await errands.end()
    work.may_end.set()
    await beats()
    assert (work.begun, work.ended) == (1, 0)


async def test_what_is_kept_goes_on_after_whatever_ends_it() -> None:
    rests = Rests()
    errands = Errands(rests)
    work = Work(KeyError("what Ana said"), AmbiguousError("no answer"))
    work.may_end.set()
    with logged() as stream:
        errands.keep("rounds", work)
        await beats()
    await errands.end()
    assert work.begun > 3
    told = [(line["level"], line["errand"]) for line in lines(stream)]
    assert told == [("error", "rounds"), ("warning", "rounds")]
    assert rests.seconds[:3] == sorted(rests.seconds[:3])
    assert min(rests.seconds) > 0.3


async def test_the_end_stops_what_is_kept_wherever_it_is() -> None:
    errands, work = Errands(), Work()
    errands.keep("rounds", work)
    await beats()
    await errands.end()
    work.may_end.set()
    await beats()
    assert (work.begun, work.ended) == (1, 0)
    assert len(asyncio.all_tasks()) == 1
