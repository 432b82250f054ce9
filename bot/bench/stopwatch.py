"""Measures the processor time of work, which other programs on the machine hardly change."""

import time
from collections.abc import Awaitable, Callable, Mapping
from statistics import median

Work = Callable[[], Awaitable[object]]


async def cpu_of(work: Work) -> float:
    """Seconds of processor time, of all threads, that pass while some work is done."""
    start = time.process_time()
    await work()
    return time.process_time() - start


async def medians(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median seconds of each work; all of them take turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(await cpu_of(work))
    return {name: median(seconds) for name, seconds in taken.items()}
