"""Tells moderators how Foyer itself is doing, and lets them decide about posts in doubt."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.clock import MINUTE_MS
from bot.cog import Cog
from bot.context import Alarm, CommandContext, Context
from bot.errors import UserError
from bot.events import SightChanged
from bot.model import PlaceId
from bot.outbox import UnknownPost
from bot.outbox import mark_sent as believe_sent
from bot.outbox import resend as send_again
from bot.outbox.kinds import kind_of
from bot.post import Block, Bullets, Choice, Para, Post, Section, inert_name, plain
from bot.privacy.notices import first_time
from bot.sight import fixes
from bot.slot_reasons import SlotReason
from bot.status import Status, Turn, read_hidden, read_status
from bot.text.phrase import phrase
from bot.turns import next_turn

DIGEST, MEMBERS_DIGEST = "weekly_digest", "members_digest"
"""The routines whose next turn is told."""

MOST_SHOWN = 3

HIDDEN = "hidden"
PATIENCE_MS = 2 * MINUTE_MS
"""So long something is hidden before anybody is told."""

_ROUTINES = {DIGEST: phrase("Moderators’ digest"), MEMBERS_DIGEST: phrase("Everybody’s digest")}
_STATES = {
    "done": phrase("done"),
    "skipped": phrase("skipped"),
    "expired": phrase("missed, I was not running"),
    "failed": phrase("failed, I try again"),
    "given_up": phrase("failed"),
}
_REASONS: Mapping[str, str] = {
    SlotReason.PAUSED: phrase("skipped (paused)"),
    SlotReason.NO_PLACE: phrase("skipped (no channel is set for it)"),
    SlotReason.NO_PLATFORM: phrase("skipped (I am not on its platform)"),
    SlotReason.TOO_LITTLE: phrase("skipped (too little to tell)"),
    SlotReason.LATE: phrase("failed until it was too late"),
}

cog = Cog("status")


@cog.on(SightChanged)
async def warn(ctx: Context, event: SightChanged) -> None:
    """Wait a moment: whoever adds a bot often gives it its rights right after."""
    if event.blind:
        await ctx.wake(HIDDEN, ctx.now + PATIENCE_MS, f"{event.platform}:{event.place}")


@cog.alarm(HIDDEN)
async def warn_of_hidden(ctx: Context, alarm: Alarm) -> None:
    """Tell moderators once what stays hidden in a guild or chat, and what would put it right."""
    platform, _, chat = alarm.key.partition(":")
    place = PlaceId(platform, chat)
    hidden = await ctx.read(read_hidden, place)
    blind = sorted(hidden.sights)
    key = f"sight:{','.join(blind)}"
    to = ctx.settings.moderators or ctx.settings.main
    if to is None or not blind or not await ctx.write(first_time, key, str(place)):
        return
    name = inert_name(hidden.name or "", ctx.texts.text("this group"))
    if ctx.settings.moderators is None:
        lead = ctx.texts.text(
            "To the moderators: I do not see everything in {place}, and leave out the figures that"
            " need it.",
            place=name,
        )
    else:
        lead = ctx.texts.text(
            "I do not see everything in {place}, and leave out the figures that need it.",
            place=name,
        )
    lines = fixes(ctx.texts, platform, blind)
    section = Section("hidden", "", (Para(lead), Bullets(lines)))
    await ctx.post(to, Post("", (section,)), key=f"{key}:{place}")


@cog.command(staff_only=True, private=True)
async def status(ctx: CommandContext) -> Post:
    """Show how I am doing: what I see, what I did lately, and what comes next."""
    now = await ctx.read(read_status, ctx.now)
    sections = [
        Section("place", "", _place(ctx, now)),
        Section("seen", ctx.texts.text("What I see"), _seen(ctx, now)),
        Section("next", ctx.texts.text("What comes next"), await _next(ctx)),
    ]
    if now.turns:
        lines = tuple(_turn(ctx, turn) for turn in now.turns)
        sections.append(Section("lately", ctx.texts.text("What I did lately"), (Bullets(lines),)))
    sections.append(Section("posts", ctx.texts.text("What I say"), _posts(ctx, now)))
    shown = now.posts.unknown[:MOST_SHOWN]
    choices = [choice for place, one in enumerate(shown, 1) for choice in _doubt(ctx, place, one)]
    return Post("", tuple(sections), tuple(choices))


@cog.command(staff_only=True, private=True, hidden=True)
async def resend(ctx: CommandContext, post: Annotated[str, "The key of the post in doubt"]) -> Post:
    """Send a post again that never arrived."""
    if not await ctx.write(send_again, post):
        raise UserError(phrase("That is settled already."))
    return plain(ctx.texts.text("I am sending it again."))


@cog.command(staff_only=True, private=True, hidden=True)
async def mark_sent(
    ctx: CommandContext, post: Annotated[str, "The key of the post in doubt"]
) -> Post:
    """Mark a post as sent."""
    if not await ctx.write(believe_sent, post):
        raise UserError(phrase("That is settled already."))
    return plain(ctx.texts.text("Good: I take it as sent."))


def _place(ctx: CommandContext, now: Status) -> tuple[Block, ...]:
    texts = ctx.texts
    lines = [texts.text("Running since {when}", when=_moment(ctx, ctx.world.started_at))]
    for presence in now.presences:
        values = {"platform": presence.platform.title(), "when": _moment(ctx, presence.since)}
        if ctx.world.platforms().get(presence.platform):
            lines.append(texts.text("{platform}: connected, here since {when}", **values))
        else:
            lines.append(texts.text("{platform}: not connected, here since {when}", **values))
    return (Bullets(tuple(lines)),)


def _seen(ctx: CommandContext, now: Status) -> tuple[Block, ...]:
    texts = ctx.texts
    hidden = _hidden(ctx, now)
    if now.last_event is None:
        nothing = Para(texts.text("I have seen nothing yet."))
        return (nothing, Bullets(hidden)) if hidden else (nothing,)
    lines = [texts.text("Last event: {when}", when=_moment(ctx, now.last_event))]
    if now.coverage is not None:
        lines.append(
            texts.text("I listened for {share} of the last week", share=texts.percent(now.coverage))
        )
    for hole in now.holes[:MOST_SHOWN]:
        start, end = _moment(ctx, hole.start), _moment(ctx, hole.end)
        if start != end:
            lines.append(texts.text("Seen nothing from {start} to {end}", start=start, end=end))
    return (Bullets((*lines, *hidden)),)


def _hidden(ctx: CommandContext, now: Status) -> tuple[str, ...]:
    """What stays hidden, with the fix, by the name of the guild or chat where there are several."""
    lines = []
    for place, name, sights in now.hidden:
        for fix in fixes(ctx.texts, place.platform, sights):
            where = inert_name(name or "", str(place))
            named = ctx.texts.text("{name}: {what}", name=where, what=fix)
            lines.append(named if now.has_places else fix)
    return tuple(lines)


async def _next(ctx: CommandContext) -> tuple[Block, ...]:
    texts, settings = ctx.texts, ctx.settings
    timezone = ctx.community.timezone
    lines = []
    for routine, is_on, to in (
        (DIGEST, settings.digest, settings.moderators),
        (MEMBERS_DIGEST, settings.members_digest, settings.main),
    ):
        name = texts.text(_ROUTINES[routine])
        if not is_on:
            lines.append(texts.text("{name}: switched off", name=name))
        elif to is None:
            lines.append(texts.text("{name}: no channel is set for it, see /setup", name=name))
        else:
            at = await ctx.read(next_turn, routine, settings, timezone, ctx.now)
            lines.append(texts.text("{name}: {what}", name=name, what=_moment(ctx, at)))
    if settings.is_paused(ctx.now):
        until = _moment(ctx, settings.paused_until or 0)
        lines.append(texts.text("All of it is paused until {when}", when=until))
    return (Bullets(tuple(lines)),)


def _turn(ctx: CommandContext, turn: Turn) -> str:
    texts = ctx.texts
    what = _REASONS.get(turn.reason or "") or _STATES.get(turn.state, turn.state)
    name = _ROUTINES.get(turn.routine)
    return texts.text(
        "{name} of {when}: {what}",
        name=texts.text(name) if name else turn.routine,
        when=_moment(ctx, turn.due_at),
        what=texts.text(what),
    )


def _posts(ctx: CommandContext, now: Status) -> tuple[Block, ...]:
    texts, posts = ctx.texts, now.posts
    if not (posts.waiting or posts.dead or posts.unknown):
        return (Para(texts.text("Everything was said.")),)
    lines = []
    if posts.waiting:
        lines.append(texts.plural("{n} message waits", "{n} messages wait", posts.waiting))
    if posts.dead:
        lines.append(
            texts.plural("{n} message was refused", "{n} messages were refused", posts.dead)
        )
    for place, one in enumerate(posts.unknown[:MOST_SHOWN], 1):
        kind = texts.text(kind_of(one.key))
        values = {"number": texts.number(place), "what": kind, "when": _moment(ctx, one.at)}
        lines.append(
            texts.text("{number}. Nobody knows whether {what} of {when} arrived", **values)
        )
    return (Bullets(tuple(lines)),)


def _doubt(ctx: CommandContext, place: int, one: UnknownPost) -> tuple[Choice, Choice]:
    number = ctx.texts.number(place)
    post = (("post", one.mark),)
    return (
        Choice(ctx.texts.text("Resend {number}", number=number), "resend", post),
        Choice(ctx.texts.text("{number} was sent", number=number), "mark_sent", post),
    )


def _moment(ctx: CommandContext, at: int) -> str:
    return ctx.texts.moment(datetime.fromtimestamp(at / 1000, ZoneInfo(ctx.community.timezone)))
