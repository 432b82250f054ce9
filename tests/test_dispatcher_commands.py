import asyncio
from typing import Annotated

import pytest

from bot.adapters import Arrival
from bot.cog import Cog
from bot.commands import Asker, Request
from bot.context import CommandContext
from bot.errors import StoreError, UserError
from bot.model import AccountId, ChannelId, Place, PlaceId
from bot.post import Post, plain
from bot.text.phrase import phrase
from tests.bot import CLUB, GENERAL, PLATFORM, Bot, account, text_of
from tests.stages import asks, counted, in_club, one_line

CANARY = "canary-words"
BROKEN = "Something went wrong on my side. It was noted; please try again later."
OTHER = Place(PlaceId(PLATFORM, "-300"), "Elsewhere", "supergroup")


def asked(
    name: str, command: str, *, place: PlaceId | None = CLUB.id, language: str | None = None
) -> Request:
    asker = Asker(AccountId(PLATFORM, account(name)), name, language=language)
    return Request(place, GENERAL, asker, command, {})


def answering() -> Cog:
    """Commands of every temper."""
    cog = Cog("answering")

    @cog.command()
    async def hello(ctx: CommandContext, name: Annotated[str, "Who"] = "you") -> Post:
        """Say hello."""
        return plain(f"{ctx.texts.language}: hello {name}")

    @cog.command(private=True)
    async def whisper(ctx: CommandContext) -> Post:
        """Say it quietly."""
        return plain(f"{ctx.texts.language}: pst, {ctx.asker.name}")

    @cog.command(staff_only=True)
    async def staff(ctx: CommandContext) -> Post:
        """Say it to moderators."""
        return plain(CANARY)

    @cog.command(anywhere=True)
    async def anywhere(ctx: CommandContext) -> Post:
        """Say it everywhere."""
        return plain(f"in {ctx.in_community and ctx.in_community.name}")

    @cog.command()
    async def needy(ctx: CommandContext, count: Annotated[int, "How many"]) -> Post:
        """Want a number."""
        return plain(str(count + 1))

    @cog.command()
    async def refuse(ctx: CommandContext) -> Post:
        """Say no."""
        raise UserError(phrase("/{command} has no “{name}”."), command="x", name="\u202e\nevil")

    @cog.command()
    async def fail(ctx: CommandContext) -> Post:
        """Fail."""
        await ctx.post(GENERAL, plain("never mind"), key="failed")
        raise RuntimeError(CANARY)

    @cog.command()
    async def jam(ctx: CommandContext) -> Post:
        """Find the store jammed."""
        raise StoreError(CANARY)

    @cog.command()
    async def misquote(ctx: CommandContext) -> Post:
        """Refuse with too few words."""
        raise UserError(phrase("/{command} has no “{name}”."))

    return cog


def test_a_command_is_answered_with_what_it_returns() -> None:
    async def scene(bot: Bot) -> None:
        assert await asks(bot, "Ann", "/hello Bob") == "en: hello Bob"
        assert not bot.was_private
        assert await asks(bot, "Ann", "/needy 41") == "42"
        assert bot.said == []
        assert counted(bot, "foyer_commands", command="hello", outcome="done") == 1

    in_club(answering(), scene)


@pytest.mark.parametrize(
    ("asker", "chosen", "public", "private"),
    [
        (None, None, "fr", "fr"),
        ("en-GB", None, "fr", "en"),
        ("fr_CA", None, "fr", "fr"),
        ("de", None, "fr", "fr"),
        ("en", "fr", "fr", "fr"),
        ("fr", "en", "fr", "en"),
    ],
)
def test_public_answers_speak_to_all_and_private_ones_to_the_asker(
    asker: str | None, chosen: str | None, public: str, private: str
) -> None:
    async def scene(bot: Bot) -> None:
        if chosen:
            await bot.stage.store.write(
                lambda connection: connection.statement(
                    "INSERT INTO user_setting (platform, external_id, language)"
                    f" VALUES ('{PLATFORM}', '{account('Ann')}', '{chosen}')"
                )
            )
        if asker:
            bot.languages["Ann"] = asker
        assert await asks(bot, "Ann", "/hello") == f"{public}: hello you"
        assert await asks(bot, "Ann", "/whisper") == f"{private}: pst, Ann"
        assert bot.was_private
        refused = await asks(bot, "Ann", "/staff")
        assert ("réservé" in refused or "modér" in refused) == (private == "fr")

    in_club(answering(), scene, "fr")


@pytest.mark.parametrize(
    ("command", "outcome"), [("fail", "failed"), ("jam", "failed"), ("refuse", "refused")]
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_answer_ever_shows_an_exception(command: str, outcome: str, language: str) -> None:
    async def scene(bot: Bot) -> None:
        bot.languages["Ann"] = language
        answer = await asks(bot, "Ann", f"/{command}")
        assert bot.was_private
        assert CANARY not in answer
        assert "Error" not in answer
        assert counted(bot, "foyer_commands", command=command, outcome=outcome) == 1
        english = await answer_in(bot, "en", command)
        assert (answer == english) == (language == "en")

    in_club(answering(), scene)


async def answer_in(bot: Bot, language: str, command: str) -> str:
    bot.languages["Bob"] = language
    return await asks(bot, "Bob", f"/{command}")


def test_a_command_that_fails_says_so_politely() -> None:
    async def scene(bot: Bot) -> None:
        assert await asks(bot, "Ann", "/fail") == BROKEN
        assert "write" in await asks(bot, "Ann", "/jam")

    in_club(answering(), scene)


def test_a_refusal_whose_words_are_missing_is_an_answer_too() -> None:
    async def scene(bot: Bot) -> None:
        assert await asks(bot, "Ann", "/misquote") == BROKEN

    in_club(answering(), scene)


def test_what_people_typed_comes_back_inert() -> None:
    async def scene(bot: Bot) -> None:
        answer = await asks(bot, "Ann", "/refuse")
        assert "\u202e" not in answer
        assert "evil" in answer
        unknown = await bot.calls("Ann", "no\u202esuch\nthing" * 20, {})
        assert "\u202e" not in unknown
        assert "such thing" in one_line(unknown)
        assert len(unknown) < 120

    in_club(answering(), scene)


def test_an_unknown_command_is_told_of_help_and_not_counted_by_its_name() -> None:
    async def scene(bot: Bot) -> None:
        assert (
            one_line(await bot.calls("Ann", CANARY, {})) == f"I do not know /{CANARY}. See /help."
        )
        assert bot.was_private
        assert CANARY not in bot.stage.telemetry.exposition().decode()
        assert counted(bot, "foyer_commands", command="unknown", outcome="refused") == 1

    in_club(answering(), scene)


def test_staff_commands_are_for_those_whom_the_platform_calls_staff_now() -> None:
    async def scene(bot: Bot) -> None:
        assert CANARY not in await asks(bot, "Ann", "/staff")
        assert bot.was_private
        assert await asks(bot, "Mona", "/staff") == CANARY
        bot.staff.remove("Mona")
        assert CANARY not in await asks(bot, "Mona", "/staff")

    in_club(answering(), scene)


def test_in_a_private_chat_only_some_commands_work() -> None:
    async def scene(bot: Bot) -> None:
        answer = await asks(bot, "Ann", "/hello", in_private=True)
        assert answer == "This works in a community only, not in a private chat."
        assert await asks(bot, "Ann", "/anywhere", in_private=True) == "in None"
        assert await asks(bot, "Ann", "/anywhere") == "in The club"

    in_club(answering(), scene)


def test_a_place_that_nobody_knows_is_treated_as_private() -> None:
    async def scene(bot: Bot) -> None:
        reply = await bot.stage.ask(asked("Ann", "hello", place=PlaceId(PLATFORM, "-999")))
        assert "not in a private chat" in text_of(reply.answer)

    in_club(answering(), scene)


@pytest.mark.parametrize("words", [{}, {"count": "many"}, {"amount": "1"}])
def test_arguments_that_do_not_fit_are_refused(words: dict[str, str]) -> None:
    async def scene(bot: Bot) -> None:
        answer = await bot.calls("Ann", "needy", words)
        assert bot.was_private
        assert "count" in answer or "amount" in answer

    in_club(answering(), scene)


# Cool-downs


def patient(calls: list[str]) -> Cog:
    cog = Cog("patient")

    @cog.command(cooldown=60, private=True)
    async def once(ctx: CommandContext, fails: Annotated[bool, "Whether"] = False) -> Post:
        """Answer once a minute."""
        calls.append(ctx.asker.name)
        if fails:
            raise UserError(phrase("This works in a community only, not in a private chat."))
        return plain("once")

    return cog


def test_a_member_waits_before_asking_again() -> None:
    calls: list[str] = []

    async def scene(bot: Bot) -> None:
        assert await asks(bot, "Ann", "/once") == "once"
        bot.clock.at += 18_000
        answer = await asks(bot, "Ann", "/once")
        assert answer == "Please wait 41 s before you ask /once again."
        assert bot.was_private
        bot.clock.at += 39_999
        assert await asks(bot, "Ann", "/once") == "Please wait 1 s before you ask /once again."
        assert await asks(bot, "Ann", "/once") == "once"
        assert calls == ["Ann", "Ann"]

    in_club(patient(calls), scene)


def test_nobody_waits_for_another_member_or_another_community() -> None:
    calls: list[str] = []

    async def scene(bot: Bot) -> None:
        await bot.stage.arrive(Arrival(OTHER, bot.now, ChannelId(PLATFORM, "-300"), None))
        await bot.stage.ask(asked("Ann", "once"))
        await bot.stage.ask(asked("Ann", "once", place=OTHER.id))
        await bot.stage.ask(asked("Bob", "once"))
        await bot.stage.ask(asked("Ann", "once", place=OTHER.id))
        assert calls == ["Ann", "Ann", "Bob"]

    in_club(patient(calls), scene)


def test_after_a_public_answer_everybody_there_waits() -> None:
    cog = Cog("loud")

    @cog.command(cooldown=60)
    async def loud(ctx: CommandContext) -> Post:
        """Say it to all."""
        return plain("loud")

    async def scene(bot: Bot) -> None:
        await bot.stage.arrive(Arrival(OTHER, bot.now, ChannelId(PLATFORM, "-300"), None))
        assert await asks(bot, "Ann", "/loud") == "loud"
        waits = await asks(bot, "Bob", "/loud")
        assert waits == "/loud was answered here a moment ago; please wait 59 s."
        assert bot.was_private
        elsewhere = await bot.stage.ask(asked("Bob", "loud", place=OTHER.id))
        assert not elsewhere.is_private
        bot.clock.at += 60_000
        assert await asks(bot, "Bob", "/loud") == "loud"

    in_club(cog, scene)


def test_whoever_asks_many_times_at_once_is_answered_once() -> None:
    cog, calls = Cog("slow"), list[str]()

    @cog.command(cooldown=60, private=True)
    async def slow(ctx: CommandContext) -> Post:
        """Take a while."""
        await asyncio.sleep(0.01)
        calls.append(ctx.asker.name)
        return plain("slow")

    async def scene(bot: Bot) -> None:
        requests = [bot.stage.ask(asked("Ann", "slow")) for _ in range(20)]
        await asyncio.gather(*requests)
        assert calls == ["Ann"]

    in_club(cog, scene)


def test_a_refused_answer_makes_nobody_wait() -> None:
    calls: list[str] = []

    async def scene(bot: Bot) -> None:
        await asks(bot, "Ann", "/once yes")
        assert await asks(bot, "Ann", "/once") == "once"

    in_club(patient(calls), scene)


def test_two_requests_at_once_are_one_too_many() -> None:
    calls: list[str] = []

    async def scene(bot: Bot) -> None:
        request = asked("Ann", "once")
        replies = await asyncio.gather(*(bot.stage.ask(request) for _ in range(5)))
        answers = [one_line(text_of(reply.answer)) for reply in replies]
        assert answers.count("once") == 1

    in_club(patient(calls), scene)
