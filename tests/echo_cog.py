"""A feature of a test's own: a message of n characters makes it say n in the n-th of many chats."""

from bot.cog import Cog
from bot.context import Context
from bot.events import MessageSent
from bot.model import ChannelId
from bot.post import plain

CHATS = 40
FIRST = -1_002_000_000_000

cog = Cog("echo")


@cog.on(MessageSent)
async def echo(ctx: Context, event: MessageSent) -> None:
    """Say how long it was, where that is said."""
    number = event.length or 0
    if number > len("/setup moderators:me"):
        chat = ChannelId(event.platform, str(FIRST - number % CHATS))
        await ctx.post(chat, plain(f"number {number}"), key=f"echo:{number}")
