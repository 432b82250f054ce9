"""What moderators set up, how long everything is paused, and the language of one's own answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from bot.clock import DAY_MS
from bot.cog import Cog
from bot.context import CommandContext, Context
from bot.errors import UserError
from bot.events import MemberDescribed, MemberLeft
from bot.model import AccountId, ChannelId, private_chat
from bot.post import Answer, Block, Bullets, Choice, Note, Para, Post, Section, inert_name, plain
from bot.privacy.private_chats import leave_private_chat
from bot.privacy.user_language import choose_language
from bot.settings import save_settings
from bot.settings.corrections import count_corrections
from bot.settings.setup import WEEKDAYS, Day, House, change, checked, load_house
from bot.text.phrase import phrase
from bot.text.texts import Texts

MOST_DAYS = 365
WEEK = 7
MINUTE = 60
"""Seconds."""

_LABELS = {
    "timezone": phrase("Time zone: {value}"),
    "language": phrase("Language of what I post here: {value}"),
    "main": phrase("Main channel: {value}"),
    "moderators": phrase("Moderators’ channel: {value}"),
    "digest": phrase("Weekly digest for moderators: {value}"),
    "members_digest": phrase("Weekly digest for everybody: {value}"),
    "digest_weekday": phrase("Day of the digest: {value}"),
    "digest_hour": phrase("Hour of the digest: {value}"),
    "digest_in_place": phrase("One pinned digest, changed every week: {value}"),
    "welcome": phrase("Greetings: {value}"),
    "welcome_minutes": phrase("Newcomers are gathered for {value}, then greeted together"),
}
"""What holds for each name, in the order in which it is told."""

cog = Cog("settings")


@cog.command(staff_only=True, private=True, check=checked)
async def setup(
    ctx: CommandContext,
    timezone: Annotated[str | None, "Time zone, like Europe/Paris"] = None,
    language: Annotated[Literal["en", "fr"] | None, "Language of what I post here"] = None,
    main: Annotated[ChannelId | None, "The channel that everybody reads"] = None,
    moderators: Annotated[ChannelId | None, "The channel for moderators alone"] = None,
    digest: Annotated[bool | None, "Whether moderators get a weekly digest"] = None,
    members_digest: Annotated[bool | None, "Whether everybody gets a weekly digest"] = None,
    digest_day: Annotated[Day | None, "The day of the weekly digest"] = None,
    digest_hour: Annotated[int | None, "The hour of the digest, 0 to 23"] = None,
    digest_in_place: Annotated[
        bool | None, "Whether the digest is one pinned message that changes every week"
    ] = None,
    welcome: Annotated[bool | None, "Whether newcomers are greeted"] = None,
    welcome_minutes: Annotated[
        int | None,
        "How many minutes to wait for others before newcomers are greeted together, 1 to 240",
    ] = None,
) -> Answer:
    """Show and change how I behave in this community."""
    wanted = checked(
        {
            "timezone": timezone,
            "language": language,
            "main": main,
            "moderators": moderators,
            "digest": digest,
            "members_digest": members_digest,
            "digest_day": digest_day,
            "digest_hour": digest_hour,
            "digest_in_place": digest_in_place,
            "welcome": welcome,
            "welcome_minutes": welcome_minutes,
        }
    )
    if not wanted:
        return ctx.world.commands["setup"].form(ctx.texts, _known(await ctx.read(load_house)))
    if moderators is not None and moderators == private_chat(ctx.asker.account):
        await _check_not_forgotten(ctx)
    changed = await ctx.write(change, wanted, ctx.asker)
    if not changed:
        return plain(ctx.texts.text("All of this was set already; nothing changed."))
    house = await ctx.read(load_house)
    lines = tuple(_told(ctx, house, name) for name in _LABELS if name in changed)
    return _listed(ctx.texts.text("Changed:"), lines)


@cog.command(staff_only=True, private=True)
async def settings(ctx: CommandContext) -> Post:
    """Show how I am set up in this community."""
    house, texts = await ctx.read(load_house), ctx.texts
    accounts, channels = await ctx.read(count_corrections)
    lines = [_told(ctx, house, name) for name in _LABELS]
    if accounts:
        lines.append(texts.plural("{n} account corrected", "{n} accounts corrected", accounts))
    if channels:
        lines.append(texts.plural("{n} channel left out", "{n} channels left out", channels))
    if house.settings.is_paused(ctx.now):
        lines.append(_paused(ctx, house.settings.paused_until))
    return _listed(
        "", tuple(lines), texts.text("/setup changes this; /correct corrects who and what counts.")
    )


@cog.on(MemberDescribed)
async def step_down(ctx: Context, event: MemberDescribed) -> None:
    """Tell nothing more in the private chat of a moderator who is none any more."""
    if event.is_staff is False:
        await _leave(ctx, event)


@cog.on(MemberLeft)
async def leave(ctx: Context, event: MemberLeft) -> None:
    """Tell nothing more in the private chat of a moderator who left."""
    await _leave(ctx, event)


@cog.command(private=True, anywhere=True)
async def language(
    ctx: CommandContext,
    language: Annotated[Literal["en", "fr"] | None, "The language of what I answer you"] = None,
) -> Post:
    """Choose the language in which I answer you."""
    account, consent, world = ctx.asker.account, ctx.world.consent, ctx.world
    if language is None:
        said = ctx.texts.text(
            "I answer you in {language}.",
            language=ctx.texts.language_name(ctx.texts.language),
        )
        return plain(said, choices=_languages(world.texts))
    where = ctx.in_community and ctx.in_community.id
    if await ctx.read_anywhere(consent.is_forgotten, where, account):
        raise UserError(
            phrase(
                "You asked to be forgotten, so I keep nothing about you, not even your language."
            )
        )
    await ctx.write_anywhere(choose_language, account, language)
    texts = world.texts(language)
    name = texts.language_name(language)
    return plain(texts.text("From now on I answer you in {language}.", language=name))


@cog.command(staff_only=True, private=True)
async def pause(
    ctx: CommandContext,
    days: Annotated[int | None, "For how many days; 0 ends the pause"] = None,
) -> Post:
    """Pause everything I do by myself for some days, greetings too."""
    texts = ctx.texts
    if days is None:
        return _pause_told(ctx)
    if not 0 <= days <= MOST_DAYS:
        raise UserError(phrase("I can pause for 0 to {most} days."), most=str(MOST_DAYS))
    until = ctx.now + days * DAY_MS if days else None
    await ctx.write(save_settings, paused_until=until)
    if until is None:
        return plain(texts.text("I go on with digests and greetings."))
    return plain(_paused(ctx, until), choices=(_go_on(texts),))


async def _leave(ctx: Context, event: MemberDescribed | MemberLeft) -> None:
    account = AccountId(event.platform, event.user)
    chosen = ctx.settings.moderators
    if chosen is not None and chosen == private_chat(account):
        await ctx.write(leave_private_chat, account)


async def _check_not_forgotten(ctx: CommandContext) -> None:
    """Refuse to keep where somebody is written to who wants nothing kept of them."""
    if await ctx.read(ctx.world.consent.is_forgotten, ctx.asker.account):
        raise UserError(phrase("You asked to be forgotten, so I keep nothing about you."))


def _pause_told(ctx: CommandContext) -> Post:
    texts = ctx.texts
    if ctx.settings.is_paused(ctx.now):
        return plain(_paused(ctx, ctx.settings.paused_until), choices=(_go_on(texts),))
    week = Choice(texts.text("Pause for a week"), "pause", (("days", str(WEEK)),))
    return plain(texts.text("Nothing is paused at the moment."), choices=(week,))


def _go_on(texts: Texts) -> Choice:
    return Choice(texts.text("Go on"), "pause", (("days", "0"),))


def _paused(ctx: CommandContext, until: int | None) -> str:
    local = datetime.fromtimestamp((until or 0) / 1000, ZoneInfo(ctx.community.timezone))
    return ctx.texts.text(
        "Digests and greetings are paused until {when}; commands still answer.",
        when=ctx.texts.moment(local),
    )


def _languages(texts_for: Any) -> tuple[Choice, ...]:
    return tuple(
        Choice(texts_for(code).language_name(code).capitalize(), "language", (("language", code),))
        for code in ("en", "fr")
    )


def _known(house: House) -> dict[str, str]:
    """What holds now, as the words of a form."""
    switches = ("digest", "members_digest", "digest_in_place", "welcome")
    known = {name: house.value(name) for name in _LABELS if name not in ("digest_weekday",)}
    return {
        "digest_day": WEEKDAYS[house.settings.digest_weekday],
        **{name: "on" if known[name] else "off" for name in switches},
        **{
            name: _word(value)
            for name, value in known.items()
            if name not in switches and value is not None
        },
    }


def _word(value: Any) -> str:
    return value.external_id if isinstance(value, ChannelId) else str(value)


def _told(ctx: CommandContext, house: House, name: str) -> str:
    return ctx.texts.text(_LABELS[name], value=_said(ctx, house, name))


def _said(ctx: CommandContext, house: House, name: str) -> str:
    """What holds, in words."""
    texts, value = ctx.texts, house.value(name)
    if isinstance(value, bool):
        return texts.in_context("option", "on") if value else texts.in_context("option", "off")
    if name in ("main", "moderators"):
        return _channel(ctx, value, house.names)
    match name:
        case "language":
            return texts.language_name(value)
        case "digest_weekday":
            return texts.weekday(value)
        case "digest_hour":
            return texts.in_context("hour of a day", "{hour}:00", hour=str(value))
        case "welcome_minutes":
            return texts.duration(value * MINUTE)
    return str(value)


def _channel(ctx: CommandContext, channel: ChannelId | None, names: Mapping[ChannelId, str]) -> str:
    texts = ctx.texts
    if channel is None:
        return texts.text("none yet")
    if channel == private_chat(ctx.asker.account):
        return texts.text("our private chat")
    name = inert_name(names.get(channel.whole, ""), "")
    if not name:
        return texts.text("this one") if channel == ctx.channel else channel.external_id
    if channel == channel.whole:
        return name
    _, _, topic = channel.external_id.partition("/")
    return texts.text("{name}, topic {topic}", name=name, topic=topic)


def _listed(head: str, lines: Sequence[str], foot: str = "") -> Post:
    blocks: list[Block] = [Bullets(tuple(lines))]
    if head:
        blocks.insert(0, Para(head))
    if foot:
        blocks.append(Note(foot))
    return Post("", (Section("", "", tuple(blocks)),))
