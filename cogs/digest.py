"""The weekly digest: an edition for moderators and one for everybody, by itself and on demand."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from bot.clock import HOUR_MS
from bot.cog import Cog
from bot.context import CommandContext, Context, Due, SkippedError
from bot.digest import MEMBERS, MODERATORS, compose, is_worth_telling
from bot.digest.history import tells_of_week
from bot.errors import UserError
from bot.model import ChannelId
from bot.period import last_week
from bot.post import Bullets, Para, Post, Section
from bot.recurrence import Weekly
from bot.settings import CommunitySettings
from bot.settings.setup import Day, change, checked, load_house
from bot.slot_reasons import SlotReason
from bot.stats import Statistics
from bot.text.phrase import phrase
from bot.text.texts import Texts
from bot.turns import digest_rhythm, next_turn
from bot.weeks import sunday_of, week_name

STANDING = "standing"
"""In place of the week in the key of a digest that is changed in place."""
LATE_MS = 36 * HOUR_MS
"""A digest that could not be posted for so long is left unsaid."""
COOLDOWN = 300
"""Seconds."""

cog = Cog("digest")


def for_moderators(settings: CommunitySettings) -> Weekly | None:
    """When the moderators' edition is posted."""
    return digest_rhythm(settings) if settings.digest else None


def for_members(settings: CommunitySettings) -> Weekly | None:
    """When the members' edition is posted."""
    return digest_rhythm(settings) if settings.members_digest else None


@cog.routine("weekly_digest", when=for_moderators)
async def post_for_moderators(ctx: Context, due: Due) -> None:
    """Post the week's figures where moderators read them."""
    await _post(ctx, due, ctx.settings.moderators, MODERATORS)


@cog.routine("members_digest", when=for_members)
async def post_for_members(ctx: Context, due: Due) -> None:
    """Post what everybody may know of the week where everybody reads it."""
    await _post(ctx, due, ctx.settings.main, MEMBERS)


@cog.command(cooldown=COOLDOWN)
async def digest(
    ctx: CommandContext,
    week: Annotated[str, "A week like 2026-W42; the last full one where you give none"] = "",
) -> Post:
    """Show how our week was, in figures that speak of nobody in particular."""
    statistics = await _statistics_of(ctx, week)
    if not is_worth_telling(statistics, MEMBERS):
        raise UserError(
            phrase("The week {week} saw too few people to tell of it in public."),
            week=week_name(statistics.window.end),
        )
    return compose(statistics, ctx.texts, MEMBERS)


@cog.command(staff_only=True, private=True)
async def digest_preview(
    ctx: CommandContext,
    week: Annotated[str, "A week like 2026-W42; the last full one where you give none"] = "",
    audience: Annotated[Literal["moderators", "members"], "Which edition"] = "moderators",
) -> Post:
    """Show a digest as it is posted, before everybody sees it."""
    statistics = await _statistics_of(ctx, week)
    if not is_worth_telling(statistics, audience):
        raise UserError(
            phrase(
                "Nothing is posted about the week {week}: there is too little to tell. /status says"
                " whether something is hidden from me."
            ),
            week=week_name(statistics.window.end),
        )
    return compose(statistics, ctx.world.texts(ctx.community.language), audience)


@cog.command(staff_only=True, private=True)
async def digest_schedule(
    ctx: CommandContext,
    day: Annotated[Day | None, "The day of the week on which it is posted"] = None,
    hour: Annotated[int | None, "The hour at which it is posted, 0 to 23"] = None,
    on: Annotated[bool | None, "Whether it is posted at all"] = None,
) -> Post:
    """Show or change when the weekly digest is posted."""
    wanted = checked({"digest_day": day, "digest_hour": hour, "digest": on, "members_digest": on})
    if wanted:
        await ctx.write(change, wanted)
    settings = (await ctx.read(load_house)).settings
    return _plan(settings, await _next_at(ctx, settings), ctx.community.timezone, ctx.texts)


async def _post(ctx: Context, due: Due, to: ChannelId | None, audience: str) -> None:
    if to is None:
        raise SkippedError(SlotReason.NO_PLACE)
    sunday = last_week(ctx.community.timezone, due.at)
    statistics = await ctx.statistics(until=sunday)
    if not is_worth_telling(statistics, audience):
        raise SkippedError(SlotReason.TOO_LITTLE)
    post = compose(statistics, ctx.texts, audience)
    not_after = due.at + LATE_MS
    if ctx.settings.digest_in_place:
        pinned = replace(post, is_pinned=True)
        await ctx.renew(to, pinned, key=f"digest:{audience}:{STANDING}", not_after=not_after)
    else:
        key = f"digest:{audience}:{week_name(sunday)}"
        await ctx.post(to, post, key=key, not_after=not_after)


async def _statistics_of(ctx: CommandContext, week: str) -> Statistics:
    """The statistics of a week that was named; UserError where it cannot be told of."""
    sunday = _sunday(ctx, week.strip())
    statistics = await ctx.statistics(until=sunday)
    if not tells_of_week(statistics):
        if not week:
            raise UserError(
                phrase("I know nothing of last week: I was not here yet, or saw nobody.")
            )
        raise UserError(phrase("I know nothing of the week {week}."), week=week_name(sunday))
    return statistics


def _sunday(ctx: CommandContext, week: str) -> date:
    latest = last_week(ctx.community.timezone, ctx.now)
    if not week:
        return latest
    try:
        sunday = sunday_of(week.upper())
    except ValueError:
        raise UserError(
            phrase("“{week}” is not a week; write it like {example}."),
            week=week,
            example=week_name(latest),
        ) from None
    if sunday > latest:
        raise UserError(phrase("The week {week} is not over yet."), week=week_name(sunday))
    return sunday


async def _next_at(ctx: CommandContext, settings: CommunitySettings) -> int | None:
    """The next instant at which either edition is due, once a pause is over."""
    turns = [
        await ctx.read(next_turn, routine.name, settings, ctx.community.timezone, ctx.now)
        for routine in cog.routines
        if routine.when(settings) is not None
    ]
    return min(turns, default=None)


def _plan(settings: CommunitySettings, at: int | None, timezone: str, texts: Texts) -> Post:
    if at is None:
        said = texts.text("No digest is posted by itself; /digest_schedule on:yes changes that.")
        return Post("", (Section("", "", (Para(said),)),))
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(timezone))
    said = texts.text(
        "The digest is posted once a week, the next time on {moment} ({timezone}).",
        moment=texts.moment(local),
        timezone=timezone,
    )
    editions = Bullets((_moderators(settings, texts), _members(settings, texts)))
    return Post("", (Section("", "", (Para(said), editions)),))


def _moderators(settings: CommunitySettings, texts: Texts) -> str:
    if not settings.digest:
        return texts.text("The moderators’ edition is switched off in /setup.")
    if settings.moderators is None:
        return texts.text("The moderators’ edition has nowhere to go: /setup chooses its channel.")
    return texts.text("The moderators’ edition goes to the moderators’ channel.")


def _members(settings: CommunitySettings, texts: Texts) -> str:
    if not settings.members_digest:
        return texts.text("The members’ edition is switched off in /setup.")
    if settings.main is None:
        return texts.text("The members’ edition has nowhere to go: /setup chooses its channel.")
    return texts.text("The members’ edition goes to the main channel.")
