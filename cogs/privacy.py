"""Tells what is recorded, shows members their own data, and does what they decide about it."""

from typing import Annotated, Literal

from bot.clock import date_of
from bot.cog import Cog
from bot.context import CommandContext, Context
from bot.events import BotArrived
from bot.model import ChannelId
from bot.post import Attachment, Block, Bullets, Choice, Para, Post, Section, inert_name, plain
from bot.privacy.mydata import OwnData, own_data, record_file
from bot.privacy.notices import first_time
from bot.privacy.policy import notice, policy
from bot.privacy.user_language import language_of
from bot.text.texts import Texts

NOTICE = "notice"

cog = Cog("privacy")


@cog.on(BotArrived)
async def arrive(ctx: Context, event: BotArrived) -> None:
    """Say once in every guild or chat what is recorded there."""
    where = ctx.settings.main if event.main is None else ChannelId(event.platform, event.main)
    place = f"{event.platform}:{event.place}"
    if where is not None and await ctx.write(first_time, NOTICE, place):
        await ctx.post(where, notice(ctx.texts), key=f"{NOTICE}:{place}")


@cog.command(private=True, anywhere=True)
async def privacy(ctx: CommandContext) -> Post:
    """Tell what I write down and what I never do, for how long, and what you can do about it."""
    return policy(ctx.texts)


@cog.command(private=True, anywhere=True, cooldown=60)
async def mydata(ctx: CommandContext) -> Post:
    """Show everything I know of you, as files for you alone."""
    account, community = ctx.asker.account, ctx.in_community
    only = community and community.id
    language = await ctx.read_anywhere(language_of, account)
    known = await ctx.read_anywhere(own_data, account, only)
    return Post(
        ctx.texts.text("What I know of you"),
        (
            *(_told(ctx.texts, data, is_named=community is None) for data in known),
            _closing(ctx.texts, language, is_known=bool(known)),
        ),
        files=tuple(file for data in known for file in _files(data, is_only=len(known) == 1)),
    )


@cog.command(private=True, anywhere=True)
async def forgetme(
    ctx: CommandContext,
    confirm: Annotated[Literal["yes"] | None, "“yes” once you have read what will happen"] = None,
) -> Post:
    """Erase what is stored of you in every community where I am, and never record you again."""
    account, consent, texts = ctx.asker.account, ctx.world.consent, ctx.texts
    if await ctx.read_anywhere(consent.has_forgotten, account):
        return plain(texts.text("You are forgotten already: nothing is stored of you anywhere."))
    if confirm is None:
        return _warning(texts)
    known = await ctx.write_anywhere(consent.forget, account, ctx.now)
    return plain(
        _erased(texts, known),
        texts.text("You are not recorded any more. /optin in a community takes that back there."),
    )


@cog.command(private=True)
async def optout(ctx: CommandContext) -> Post:
    """Erase what is stored of you in this community, and do not record you here any more."""
    account, consent, texts = ctx.asker.account, ctx.world.consent, ctx.texts
    was_recorded = await ctx.read(consent.is_recorded, account)
    await ctx.write(consent.opt_out, account, ctx.now)
    back = texts.text("/optin takes that back; what was erased does not return.")
    if not was_recorded:
        return plain(
            texts.text("You are not recorded in this community, and were not before."), back
        )
    return plain(
        texts.text(
            "Done: what was stored of you in this community is erased, and you are not recorded"
            " here any more."
        ),
        back,
    )


@cog.command(private=True)
async def optin(ctx: CommandContext) -> Post:
    """Be recorded in this community again, from now on."""
    account, consent, texts = ctx.asker.account, ctx.world.consent, ctx.texts
    if await ctx.read(consent.is_recorded, account):
        return plain(
            texts.text("You are recorded in this community like everybody; /privacy tells how.")
        )
    await ctx.write(consent.opt_in, account, ctx.now)
    return plain(
        texts.text(
            "Welcome back: you are recorded in this community from now on. What was erased does not"
            " return, and other communities stay as they were."
        )
    )


def _warning(texts: Texts) -> Post:
    return plain(
        texts.text(
            "This erases what is stored of you in every community where I am, also under accounts"
            " that you said are yours. You will not be recorded again unless you ask for it with"
            " /optin. It cannot be undone."
        ),
        texts.text(
            "Your messages stay where you wrote them. Backups and exports that whoever runs me made"
            " before are theirs to delete."
        ),
        choices=(Choice(texts.text("Yes, forget me"), "forgetme", (("confirm", "yes"),)),),
    )


def _erased(texts: Texts, communities: int) -> str:
    if not communities:
        return texts.text("Done. No community had anything stored of you.")
    return texts.plural(
        "Done: what was stored of you in {n} community is erased.",
        "Done: what was stored of you in {n} communities is erased.",
        communities,
    )


def _told(texts: Texts, data: OwnData, *, is_named: bool) -> Section:
    name = inert_name(data.community.name, "…") if is_named else ""
    linked = [str(account) for account in data.record["linked"]]
    lines = [
        _seen(texts, data),
        texts.plural("{n} message", "{n} messages", data.messages),
        texts.plural("{n} reaction", "{n} reactions", data.reactions),
        texts.plural("{n} arrival", "{n} arrivals", data.joins),
    ]
    if data.voice_ms:
        lines.append(texts.text("{time} by voice", time=texts.duration(data.voice_ms / 1000)))
    if linked:
        lines.append(texts.text("Linked with {accounts}", accounts=texts.items(linked)))
    if data.record["correction"]:
        lines.append(texts.text("Something that moderators put right about your account"))
    if data.record["greeting"]:
        lines.append(texts.text("Your display name, for a greeting"))
    return Section(f"community-{data.community.id}", name, (Bullets(tuple(lines)),))


def _seen(texts: Texts, data: OwnData) -> str:
    if not data.days:
        return texts.text("I know your account, but nothing that you did is recorded.")
    first, last = date_of(min(data.days)), date_of(max(data.days))
    if first == last:
        return texts.text("Seen on {day}", day=texts.day(first))
    return texts.text("Seen from {days}", days=texts.days(first, last))


def _closing(texts: Texts, language: str | None, *, is_known: bool) -> Section:
    lines = []
    if language is not None:
        chosen = str(texts.locale.languages.get(language, language))
        lines.append(
            texts.text("Language that you chose for my answers: {language}.", language=chosen)
        )
    if is_known:
        lines.append(
            texts.text("One file holds each event, the other the sums of each day and the rest.")
        )
    else:
        lines.append(
            texts.text("Nothing that you did is stored. /privacy tells what I write down.")
        )
    blocks: tuple[Block, ...] = tuple(Para(line) for line in lines)
    return Section("closing", "", blocks)


def _files(data: OwnData, *, is_only: bool) -> tuple[Attachment, Attachment]:
    name = "mydata" if is_only else f"mydata-{data.community.id}"
    return (
        Attachment(f"{name}.jsonl", data.events),
        Attachment(f"{name}.json", record_file(data.record)),
    )
