import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS
from bot.delivery import AmbiguousError, NotDeliveredError
from bot.model import ChannelId
from bot.outbox import mark_sent, resend
from db import outbox
from db.connection import Connection
from tests.outboxes import MODERATORS, Desk, desk
from tests.platforms import Fault, lost, unheard

CHATS = [ChannelId("telegram", "-1"), ChannelId("telegram", "-2")]
KEYS = [f"post{number}" for number in range(4)]
FAULTS: list[Callable[[int], Fault]] = [
    lambda wait: lost(NotDeliveredError("429", wait)),
    lambda _: lost(AmbiguousError("timeout")),
    lambda _: unheard(AmbiguousError("timeout")),
    lambda _: lost(OSError("reset")),
    lambda _: unheard(OSError("reset")),
]


@dataclass
class Model:
    """What was wished for: the last words of each post, and which were taken back."""

    words: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    resent: Counter[str] = field(default_factory=Counter)
    believed: set[str] = field(default_factory=set)


@dataclass
class Act:
    """Something that happens."""

    name: str
    key: str
    number: int
    wait: int

    async def happen(self, it: Desk, model: Model) -> None:
        await getattr(self, f"_{self.name}")(it, model)
        it.clock.at += 1

    async def _put(self, it: Desk, model: Model) -> None:
        if self.key not in model.words:
            model.words[self.key] = self.key
            model.order.append(self.key)
        await it.say(self.key, to=CHATS[KEYS.index(self.key) % 2])

    async def _edit(self, it: Desk, model: Model) -> None:
        if self.key in model.words and self.key not in model.gone:
            model.words[self.key] = f"{self.key} {self.number}"
        await it.edit(self.key, f"{self.key} {self.number}")

    async def _take_back(self, it: Desk, model: Model) -> None:
        if self.key in model.words:
            model.gone.add(self.key)
        await it.take_back(self.key)

    async def _fail(self, it: Desk, model: Model) -> None:
        chat = CHATS[KEYS.index(self.key) % 2]
        it.chat.fail(chat.external_id, FAULTS[self.number % len(FAULTS)](self.wait))

    async def _pump(self, it: Desk, model: Model) -> None:
        await it.pump()

    async def _pass(self, it: Desk, model: Model) -> None:
        await it.live(self.wait)

    async def _jump(self, it: Desk, model: Model) -> None:
        await it.pump(self.wait)

    async def _die(self, it: Desk, model: Model) -> None:
        """A process takes something up and is killed before it sends it."""
        now = it.clock.at

        async def claim(connection: Connection) -> None:
            for entry in (await outbox.list_next(connection))[:1]:
                if entry.state == "pending" and (entry.op == "send" or entry.original == "sent"):
                    await outbox.claim(connection, entry, "dead", now, now + 60_000)

        await it.store.write(claim)
        it.outbox = it.second()

    async def _resend(self, it: Desk, model: Model) -> None:
        if await it.store.write(lambda c: resend(c, it.community.id, self.key)):
            model.resent[self.key] += 1

    async def _mark_sent(self, it: Desk, model: Model) -> None:
        if await it.store.write(lambda c: mark_sent(c, it.community.id, self.key)):
            model.believed.add(self.key)


NAMES = [name.removeprefix("_") for name in vars(Act) if name[0] == "_" and name[1] != "_"]
some_acts = st.builds(
    Act,
    st.sampled_from([*NAMES, "put", "put", "fail", "fail", "pump", "pump"]),
    st.sampled_from(KEYS),
    st.integers(0, 99),
    st.sampled_from([1, 1000, 30_000, 61_000, 119_999, 200_000, HOUR_MS]),
)


async def live(folder: Path, acts: list[Act], has_nonce: bool) -> None:
    """A life, and a day in peace afterwards."""
    model = Model()
    async with desk(folder, has_nonce=has_nonce) as it:
        for act in acts:
            await act.happen(it, model)
        it.chat.faults.clear()
        await it.live(DAY_MS)
        await check(it, model, has_nonce)


async def check(it: Desk, model: Model, has_nonce: bool) -> None:
    sends = {row.key: row for row in await it.rows() if row.op == "send"}
    assert {key for key in sends if not key.startswith("report:")} == set(model.words)
    said = [one for one in it.chat.everything if one.target != MODERATORS.external_id]
    copies = Counter(one.text.split()[0] for one in said)
    for key in model.words:
        state = sends[key].state
        assert copies[key] <= 1 + model.resent[key]
        standing = [one.text for one in said if one.text.split()[0] == key and not one.is_deleted]
        if state == "unknown":
            assert not has_nonce
            assert any(other.startswith(f"report:{key}:") for other in sends)
        elif key in model.gone:
            assert key in model.believed or model.resent[key] or standing == []
        elif key not in model.believed and not model.resent[key]:
            assert (state, standing) == ("sent", [model.words[key]])
    calm = [key for key in model.order if not model.resent[key] and copies[key]]
    for chat in CHATS:
        arrived = [one.text.split()[0] for one in said if one.target == chat.external_id]
        wanted = [key for key in calm if CHATS[KEYS.index(key) % 2] == chat]
        assert [key for key in arrived if key in calm] == wanted
    open_rows = [row for row in await it.rows() if row.state in ("pending", "sending")]
    assert all(sends[row.key].state == "unknown" for row in open_rows)
    assert [row.key for row in await it.rows() if row.body and row.state != "unknown"] == [
        row.key for row in open_rows if row.body
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(some_acts, max_size=25), st.booleans())
def test_whatever_happens_chats_hold_what_the_model_holds(acts: list[Act], has_nonce: bool) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), acts, has_nonce))
