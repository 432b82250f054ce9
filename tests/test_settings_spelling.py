"""Settings as the store keeps them: every value comes back, whatever else is there."""

from dataclasses import asdict
from typing import Any

import pytest

from bot.model import ChannelId
from bot.settings import CommunitySettings, load_all_settings, load_settings, save_settings
from db.opening import write_memory
from db.tables import SETTING

HERE = ChannelId("matrix", "!room:example.org")


@pytest.mark.parametrize(
    "changed",
    [
        {"welcome": True, "digest": True, "members_digest": True},
        {"welcome": False, "digest": False, "members_digest": False},
        {"welcome_minutes": 1, "digest_weekday": 6, "digest_hour": 23, "paused_until": 5},
        {"main": HERE, "moderators": ChannelId("discord", "7")},
    ],
)
async def test_what_is_saved_comes_back_as_it_was(changed: dict[str, Any]) -> None:
    async with write_memory() as store:
        await store.write(lambda c: save_settings(c, 1, **changed))
        found = await store.write(lambda c: load_settings(c, 1))
        assert found == CommunitySettings(**{**asdict(CommunitySettings()), **changed})
        everywhere = await store.write(load_all_settings)
        assert everywhere[1] == found


async def test_a_switch_that_was_off_can_be_on_again() -> None:
    async with write_memory() as store:
        await store.write(lambda c: save_settings(c, 1, digest=False))
        assert not (await store.write(lambda c: load_settings(c, 1))).digest
        await store.write(lambda c: save_settings(c, 1, digest=True))
        assert (await store.write(lambda c: load_settings(c, 1))).digest


async def test_each_community_has_its_own_settings() -> None:
    async with write_memory() as store:
        await store.write(lambda c: save_settings(c, 1, digest_hour=1))
        await store.write(lambda c: save_settings(c, 2, digest_hour=2))
        found = await store.write(load_all_settings)
        assert [found[number].digest_hour for number in (1, 2, 3)] == [1, 2, 9]


async def test_a_setting_that_cannot_be_read_is_left_out() -> None:
    async with write_memory() as store:
        rows = [(1, "digest_hour", "nine"), (1, "digest_weekday", "4"), (1, "of_tomorrow", "1")]
        await store.write(lambda c: c.insert(SETTING, rows))
        found = await store.write(lambda c: load_settings(c, 1))
        assert found == CommunitySettings(digest_weekday=4)
        assert (await store.write(load_all_settings))[1] == found


def test_a_pause_ends_at_its_instant() -> None:
    settings = CommunitySettings(paused_until=1000)
    assert settings.is_paused(999)
    assert not settings.is_paused(1000)
