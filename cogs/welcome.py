"""Greets newcomers: everybody who came in a while in one message, in the channel all read."""

import re
from collections.abc import Sequence
from typing import Annotated

from bot.cog import Cog
from bot.context import Alarm, CommandContext, Context
from bot.events import MemberJoined, MemberLeft
from bot.greetings import (
    GREET,
    LATE_MS,
    RETRACT,
    REWRITE,
    Newcomer,
    drop_window,
    gather,
    names_said,
    names_to_greet,
    note_leave,
)
from bot.model import AccountId, ChannelId
from bot.post import Note, Para, Post, Section, inert_name
from bot.text.texts import Texts

MOST_NAMED = 10
"""So many are greeted by name, the others by their number."""

_LINKING = re.compile(r"[@#$./<](?=\S)")
"""With these, platforms make mentions, commands and links of plain text."""

cog = Cog("welcome")


@cog.on(MemberJoined)
async def meet(ctx: Context, event: MemberJoined) -> None:
    """Let somebody who came in wait for their greeting."""
    channel = _open_channel(ctx)
    if channel is not None and channel.platform == event.platform:
        name = _said_name(ctx.names.get(event.user, ""), ctx.texts)
        newcomer = Newcomer(AccountId(event.platform, event.user), name, event.at)
        await ctx.write(gather, newcomer, ctx.settings.welcome_minutes, ctx.now)


@cog.on(MemberLeft)
async def miss(ctx: Context, event: MemberLeft) -> None:
    """Take somebody who went out of their greeting."""
    await ctx.write(note_leave, AccountId(event.platform, event.user), event.at, ctx.now)


@cog.alarm(GREET)
async def greet(ctx: Context, alarm: Alarm) -> None:
    """Greet whoever has waited for it."""
    channel = _open_channel(ctx)
    if channel is None:
        await ctx.write(drop_window, alarm.key)
        return
    names = await ctx.write(names_to_greet, alarm.key, ctx.settings.welcome_minutes, alarm.now)
    if names:
        not_after = alarm.at + LATE_MS
        await ctx.post(channel, greeting(ctx.texts, names), key=alarm.key, not_after=not_after)


@cog.alarm(REWRITE)
async def rewrite(ctx: Context, alarm: Alarm) -> None:
    """Say a greeting anew to those who stayed."""
    names = await ctx.read(names_said, alarm.key)
    if names:
        await ctx.edit(alarm.key, greeting(ctx.texts, names))


@cog.alarm(RETRACT)
async def retract(ctx: Context, alarm: Alarm) -> None:
    """Take back a greeting of which nobody stayed."""
    await ctx.take_back(alarm.key)


@cog.command(staff_only=True, private=True)
async def welcome_preview(
    ctx: CommandContext,
    name: Annotated[str, "Whom to greet; your own name where you give none"] = "",
) -> Post:
    """Show how newcomers are greeted."""
    spoken = ctx.world.texts(ctx.community.language)
    said = greeting(spoken, [_said_name(name or ctx.asker.name, spoken)])
    return Post("", (*said.sections, Section("", "", (Note(_when(ctx)),))))


def greeting(texts: Texts, names: Sequence[str]) -> Post:
    """What newcomers read, in the order in which they came."""
    said = [*names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        said.append(texts.plural("{n} more", "{n} more", len(names) - MOST_NAMED))
    paragraphs = (
        texts.text("Welcome, {names}!", names=texts.items(said)),
        texts.text(
            "Have a look around and say hello whenever you feel like it; questions are welcome too."
        ),
        texts.text(
            "I am Foyer, the bot here: /help shows what I can do, /privacy what I write down and"
            " what I never do."
        ),
    )
    return Post("", (Section("", "", tuple(Para(paragraph) for paragraph in paragraphs)),))


def _open_channel(ctx: Context) -> ChannelId | None:
    """Where newcomers are greeted at the moment, None where they are not."""
    is_open = ctx.settings.welcome and not ctx.settings.is_paused(ctx.now)
    return ctx.settings.main if is_open else None


def _said_name(name: str, texts: Texts) -> str:
    fallback = texts.text("a new member")
    return inert_name(_LINKING.sub(r"\g<0> ", inert_name(name, "")), fallback)


def _when(ctx: CommandContext) -> str:
    texts, settings = ctx.texts, ctx.settings
    if not settings.welcome:
        return texts.text("At the moment nobody is greeted: greetings are switched off in /setup.")
    if settings.main is None:
        return texts.text("At the moment nobody is greeted: choose the main channel in /setup.")
    if settings.is_paused(ctx.now):
        return texts.text("At the moment nobody is greeted: /pause holds everything back.")
    return texts.plural(
        "Newcomers are greeted together in the main channel, {n} minute after the first came in.",
        "Newcomers are greeted together in the main channel, {n} minutes after the first came in.",
        settings.welcome_minutes,
    )
