"""Tells what Foyer is and what can be asked of it."""

from typing import Annotated

from bot import __version__
from bot.cog import Cog
from bot.commands import Command, Param
from bot.context import CommandContext
from bot.errors import UserError
from bot.post import Block, Bullets, Para, Post, Section, plain
from bot.text.phrase import phrase
from bot.text.texts import Texts

cog = Cog("help")


@cog.command(private=True, anywhere=True)
async def start(
    ctx: CommandContext,
    code: Annotated[str, "What a link brought along; not needed"] = "",
) -> Post:
    """Say hello."""
    texts = ctx.texts
    return plain(
        texts.text(
            "Hello! I am Foyer. I help this community to welcome its newcomers and to see how it is"
            " doing."
        )
        if ctx.in_community
        else texts.text(
            "Hello! I am Foyer. Add me to your group or server, and I help to welcome newcomers and"
            " tell every week how the community is doing."
        ),
        texts.text("/help shows what you can ask me, /privacy what I write down, /about who I am."),
    )


@cog.command(private=True, anywhere=True)
async def help(
    ctx: CommandContext,
    command: Annotated[str, "A command that you want to know more about"] = "",
) -> Post:
    """Show what you can ask me."""
    usable = [one for one in ctx.world.commands.values() if _may_use(ctx, one)]
    if not command:
        return _overview(ctx.texts, sorted(usable, key=lambda one: one.name))
    wanted = command.strip().removeprefix("/").partition("@")[0].casefold()
    for one in usable:
        if one.name == wanted:
            return _described(ctx.texts, one)
    raise UserError(phrase("I do not know /{command}. See /help."), command=wanted)


@cog.command(private=True, anywhere=True)
async def about(ctx: CommandContext) -> Post:
    """Tell what I am and what I am not."""
    texts = ctx.texts
    return plain(
        texts.text(
            "I am Foyer, version {version}: free software that helps a community to know itself.",
            version=__version__,
        ),
        texts.text(
            "I greet newcomers, and once a week I tell how the community is doing: whether"
            " questions get answers, whether newcomers stay, who is really there. Every figure says"
            " how sure it is."
        ),
        texts.text(
            "I keep no message text and give nobody a score or a rank. I write to nobody in private"
            " who did not ask, and I do not post because it is quiet."
        ),
    )


def _may_use(ctx: CommandContext, command: Command) -> bool:
    if command.hidden or (command.staff_only and not ctx.asker.is_staff):
        return False
    return command.anywhere or ctx.in_community is not None


def _overview(texts: Texts, commands: list[Command]) -> Post:
    everybody = [one for one in commands if not one.staff_only]
    staff = [one for one in commands if one.staff_only]
    sections = [Section("everybody", texts.text("What you can ask me"), _lines(texts, everybody))]
    if staff:
        sections.append(Section("staff", texts.text("For moderators"), _lines(texts, staff)))
    return Post("", tuple(sections))


def _lines(texts: Texts, commands: list[Command]) -> tuple[Block, ...]:
    return (Bullets(tuple(_line(texts, f"/{one.name}", one.summary) for one in commands)),)


def _line(texts: Texts, name: str, summary: str) -> str:
    return texts.text("{name}: {summary}", name=name, summary=texts.text(summary))


def _described(texts: Texts, command: Command) -> Post:
    blocks: list[Block] = [Para(_line(texts, f"/{command.name}", command.summary))]
    if command.params:
        blocks.append(Bullets(tuple(_param(texts, param) for param in command.params)))
    return Post("", (Section("", "", tuple(blocks)),))


def _param(texts: Texts, param: Param) -> str:
    said = _line(texts, param.name, param.description)
    answers = [texts.in_context("option", answer) for answer in param.answers]
    return f"{said} ({' | '.join(answers)})" if answers else said
