"""Posts of the outbox as they stand in real chats: pinned, changed in place, said plainly."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.adapters import Adapter, Capabilities, Host
from bot.adapters.telegram.line.client import connected
from bot.adapters.telegram.line.pace import Pace
from bot.adapters.telegram.saying.payload import payloads_of, plain_of
from bot.adapters.telegram.saying.voice import Voice
from bot.clock import DAY_MS, HOUR_MS
from bot.delivery import Op, Parcel, Sighting
from bot.model import ChannelId
from bot.outbox import Outbox
from bot.post import Attachment, Para, Post, Section
from bot.text import texts_for
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import RESET, Fault
from tests.fakes.telegram_refusals import bad_request
from tests.fakes.telegram_state import Sent
from tests.outboxes import Desk, desk
from tests.picture_cog import PICTURE
from tests.telegram_bots import settings_for

KEY = "digest:moderators:standing"
WEEK = 7 * DAY_MS


class Spoken:
    """Telegram as far as the outbox speaks there."""

    platform: str = "telegram"
    capabilities = Capabilities()
    is_connected: bool = True

    def __init__(self, voice: Voice) -> None:
        self.edit, self.delete = voice.edit, voice.delete
        self._voice = voice

    async def run(self, host: Host) -> None:
        """Hear nothing."""

    def render(self, post: Post) -> list[str]:
        return payloads_of(post)

    def plain(self, payload: str) -> str | None:
        return plain_of(payload)

    async def send(self, target: str, payload: str, nonce: str) -> str:
        return await self._voice.send(target, payload)

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        return Sighting(None, is_certain=False)


class Club:
    """A community of the fake's with one group, in which the bot may pin."""

    def __init__(self, fake: FakeTelegram, it: Desk) -> None:
        self.fake, self.it = fake, it
        self.group = fake.group(bot="administrator", kind="group")
        fake.promote(self.group, can_pin_messages=True)

    async def week(self, text: str, **more: object) -> None:
        """Another week begins with its digest, pinned."""
        section = Section("", "", (Para(text),))
        post = Post("The <week>", (section,), is_pinned=True, **more)  # type: ignore[arg-type]
        self.it.clock.at += WEEK
        until = self.it.clock.at + 36 * HOUR_MS
        to = ChannelId("telegram", str(self.group))
        parcel = Parcel(Op.EDIT, KEY, to, post, until)
        await self.it.store.write(lambda c: self.it.outbox.put(c, self.it.community, parcel))
        await self.it.live(DAY_MS)

    @property
    def standing(self) -> list[Sent]:
        return [sent for sent in self.fake.sent if not sent.deleted]

    def words(self) -> list[str]:
        return [sent.text.partition("\n\n")[2] for sent in self.standing]


@asynccontextmanager
async def club(folder: Path) -> AsyncIterator[Club]:
    with serving_telegram() as fake:
        async with connected(settings_for(fake)) as client, desk(folder) as it:
            adapters: dict[str, Adapter] = {"telegram": Spoken(Voice(client.bot, Pace()))}
            it.outbox = Outbox(it.store, adapters, it.clock, it.telemetry, texts_for, "first")
            yield Club(fake, it)


async def test_a_digest_is_pinned_and_changed_in_place_every_week(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        for number in range(1, 5):
            await it.week(f"week {number}")
        [sent] = it.fake.sent
        assert sent.text == "The <week>\n\nweek 4"
        assert [text.partition("\n\n")[2] for text in sent.edits] == ["week 1", "week 2", "week 3"]
        assert sent.is_pinned
        assert len(it.fake.called("pinChatMessage")) == 1


async def test_a_digest_that_is_unchanged_is_no_failure(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.week("the same")
        await it.week("the same")
        assert await it.it.states() == ["sent", "sent"]
        assert len(it.fake.called("editMessageText")) == 1


async def test_a_deleted_digest_is_said_anew_once_and_pinned(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.week("week 1")
        it.fake.deletes(it.group, it.fake.sent[0].id)
        await it.week("week 2")
        await it.week("week 3")
        assert it.words() == ["week 3"]
        assert it.standing[0].is_pinned
        assert len(it.fake.called("sendMessage")) == 2


async def test_a_digest_said_anew_that_nobody_confirmed_is_not_said_twice(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.week("week 1")
        it.fake.deletes(it.group, it.fake.sent[0].id)
        it.fake.faults.add("sendMessage", RESET, chat=it.group)
        await it.week("week 2")
        assert it.words() == ["week 2"]
        assert "unknown" in await it.it.states(KEY)


async def test_a_digest_grows_into_several_messages_and_shrinks_again(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        for length in (10, 9000, 4500, 20):
            await it.week("x " * length)
            assert sum(sent.text.count("x") for sent in it.standing) == length
        assert len(it.standing) == 1
        assert [sent.is_pinned for sent in it.fake.sent].count(True) == 1


async def test_a_digest_follows_its_group_to_a_supergroup(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.week("week 1")
        old = it.group
        it.group = it.fake.migrate(old)
        it.fake.promote(it.group, can_pin_messages=True)
        await it.week("week 2")
        await it.week("week 3")
        assert [sent.text for sent in it.standing if sent.chat == it.group] == [
            "The <week>\n\nweek 3"
        ]


async def test_a_digest_finds_its_supergroup_by_itself(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.week("week 1")
        new = it.fake.migrate(it.group)
        await it.week("week 2")
        assert [sent.text for sent in it.fake.sent if sent.chat == new] == ["The <week>\n\nweek 2"]


async def test_markup_that_telegram_refuses_is_left_out(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        it.fake.faults.add("sendMessage", Fault(bad_request("can't parse entities: …")))
        await it.week("a & b")
        [sent] = it.fake.sent
        assert (sent.text, sent.parse_mode) == ("The <week>\n\na & b", "")
        assert sent.is_pinned


async def test_a_picture_that_telegram_does_not_show_can_be_downloaded(tmp_path: Path) -> None:
    wide = PICTURE[:16] + (9999).to_bytes(4, "big") + PICTURE[20:]
    async with club(tmp_path) as it:
        await it.week("week 1", files=(Attachment("week.png", wide),))
        [sent] = it.fake.sent
        assert (sent.photo, sent.document) == (None, wide)
        assert sent.caption == "The <week>\n\nweek 1"


async def test_a_digest_that_loses_its_picture_is_said_anew(tmp_path: Path) -> None:
    async with club(tmp_path) as it:
        await it.week("week 1", files=(Attachment("week.png", PICTURE),))
        await it.week("week 2", files=(Attachment("week.png", PICTURE),))
        assert (it.words(), it.standing[0].photo) == (["week 2"], PICTURE)
        await it.week("week 3")
        assert (it.words(), it.standing[0].photo) == (["week 3"], None)
        assert it.standing[0].is_pinned
