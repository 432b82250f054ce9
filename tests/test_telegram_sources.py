"""Who came by which link, from Telegram's updates to the moderators' list."""

import re

from tests.fakes.telegram import serving_telegram
from tests.test_telegram_adapter import Bot, running

LINK = re.compile(r"https://t\.me/\+\w+")


async def link_for(bot: Bot, chat: int, owner: int, words: str) -> str:
    """The link that a moderator is told of."""
    [url] = LINK.findall(await bot.asks(chat, owner, f"/source_add {words}", owner))
    return str(url)


async def test_joins_by_three_links_count_for_each_exactly() -> None:
    with serving_telegram() as fake:
        mona = fake.person("Mona")
        club = fake.group("Club", owner=mona, bot="administrator")
        fake.starts(mona)
        async with running(fake) as bot:
            await bot.heard()
            urls = [
                await link_for(bot, club, mona, words)
                for words in ("spring", "radio", "poster gated:yes")
            ]
            assert len(set(urls)) == 3
            guests = [fake.person(f"Guest{number}") for number in range(8)]
            for guest in guests[:3]:
                fake.joins(club, guest, link=urls[0])
            fake.joins(club, guests[3], link=urls[1])
            for guest in guests[4:6]:
                fake.asks_to_join(club, guest, urls[2])
            fake.joins(club, guests[4], link=urls[2], via_request=True)
            fake.joins(club, guests[6])
            await bot.heard()
            said = await bot.asks(club, mona, "/source_list", mona)
            assert re.findall(r"(\w+)\W+(\d) joins? so far", said) == [
                ("poster", "1"),
                ("radio", "1"),
                ("spring", "3"),
            ]
            assert "2 people asked to be let in; not in yet: 1" in said
            assert "less surely" not in said
            assert await link_for(bot, club, mona, "spring") == urls[0]
            rows = await bot.rows("SELECT COUNT(*), COUNT(source_no) FROM membership")
            assert rows[0][0] - rows[0][1] == int(re.findall(r"(\d) joins? by no", said)[0])


async def test_an_album_that_telegram_sends_is_one_message() -> None:
    with serving_telegram() as fake:
        mona = fake.person("Mona")
        club = fake.group("Club", owner=mona, bot="administrator")
        async with running(fake) as bot:
            sent = [
                fake.says(club, mona, "us" if not place else "", album="7", photo=True)
                for place in range(10)
            ]
            fake.says(club, mona, "what a run")
            await bot.heard()
            numbers = [
                row[0] for row in await bot.rows("SELECT message_no FROM message ORDER BY at")
            ]
            assert numbers == [sent[0]["message_id"], sent[-1]["message_id"] + 1]
            assert await bot.rows("SELECT COUNT(*) FROM album_item") == [(10,)]
