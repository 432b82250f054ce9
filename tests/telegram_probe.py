"""A feature for the tests of Telegram's desk: its commands say what reached them."""

from typing import Annotated

from bot.cog import Cog
from bot.context import CommandContext
from bot.errors import UserError
from bot.model import AccountId, ChannelId
from bot.post import Attachment, Choice, Post, plain
from bot.text.phrase import phrase

LONG = "x" * 300

probe = Cog("probe")


@probe.command()
async def shout(ctx: CommandContext, words: Annotated[str, "What"] = "") -> Post:
    """Say something to everybody."""
    if words == "no":
        raise UserError(phrase("This question needs an answer."))
    return plain(f"{ctx.asker.name} in {ctx.channel.external_id}: {words}")


@probe.command(private=True)
async def whisper(ctx: CommandContext, words: Annotated[str, "What"] = "") -> Post:
    """Say something to one person."""
    if words == "no":
        raise UserError(phrase("This question needs an answer."))
    return plain(f"for {ctx.asker.account.external_id} alone: {words}")


@probe.command(private=True)
async def meet(ctx: CommandContext, who: Annotated[AccountId, "Who"]) -> Post:
    """Tell who is meant."""
    return plain(f"that is {who.external_id}")


@probe.command(staff_only=True)
async def point(ctx: CommandContext, where: Annotated[ChannelId | None, "Where"] = None) -> Post:
    """Tell what channel is meant, and what else its moderator moderates."""
    others = sorted(place.external_id for place in ctx.asker.manages)
    return plain(f"there: {where and where.external_id} {others}")


@probe.command(staff_only=True, private=True)
async def settle(ctx: CommandContext, where: Annotated[ChannelId, "Where"]) -> Post:
    """Tell one moderator what channel is meant."""
    others = sorted(place.external_id for place in ctx.asker.manages)
    return plain(f"settled in {where.external_id} {others or ''}")


@probe.command(private=True)
async def fetch(ctx: CommandContext) -> Post:
    """Give a file."""
    return Post("Yours", (), files=(Attachment("yours.txt", b"alone\n"),))


@probe.command()
async def board(ctx: CommandContext) -> Post:
    """Offer buttons to everybody."""
    names = ("shout", "whisper", "fetch", "secret", "guarded", "long", "where")
    return plain("Press:", choices=tuple(Choice(name, name) for name in names))


@probe.command(private=True)
async def desk(ctx: CommandContext) -> Post:
    """Offer buttons to one person."""
    return plain("Press:", choices=tuple(Choice(name, name) for name in ("where", "anywhere")))


@probe.command(hidden=True, private=True)
async def secret(ctx: CommandContext) -> Post:
    """Do what a button does."""
    return plain(f"done for {ctx.asker.account.external_id}")


@probe.command(staff_only=True, private=True)
async def guarded(ctx: CommandContext, words: Annotated[str, "What"] = "") -> Post:
    """Tell moderators something."""
    return plain(f"kept from others: {words}")


@probe.command(private=True)
async def long(ctx: CommandContext) -> Post:
    """Say much to one person."""
    return plain(LONG)


@probe.command(private=True)
async def where(ctx: CommandContext) -> Post:
    """Tell which community is meant."""
    return plain(f"in {ctx.community.name}")


@probe.command(private=True, anywhere=True)
async def anywhere(ctx: CommandContext) -> Post:
    """Tell which community is meant, if any."""
    return plain(f"in {ctx.in_community and ctx.in_community.name}")
