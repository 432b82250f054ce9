"""What moderators know better: who is a bot or staff, which channels count, what a day was."""

from datetime import date
from typing import Annotated, Literal

from bot.clock import LocalDays, date_of
from bot.cog import Cog
from bot.context import CommandContext
from bot.errors import UserError
from bot.model import AccountId, ChannelId
from bot.post import Block, Choice, Para, Post, Section, plain
from bot.settings.corrections import correct_account, exclude_channel, trust_platform
from bot.settings.notes import DayNote, add_note, drop_note, list_notes
from bot.text.phrase import phrase

MOST_SHOWN = 10

_MARKS = {
    "bot": ("is_bot", True),
    "human": ("is_bot", False),
    "staff": ("is_staff", True),
    "member": ("is_staff", False),
}
_SAID = {
    "bot": phrase("Noted: this account is a bot. Nothing it does counts, now or in past weeks."),
    "human": phrase("Noted: this account is a person. What they do counts, in past weeks too."),
    "staff": phrase("Noted: this account belongs to the staff, in past weeks too."),
    "member": phrase("Noted: this account is a member like others, in past weeks too."),
    "reset": phrase("From now on I go by what the platform says of this account."),
    "excluded": phrase("Noted: this channel is left out of every figure, in past weeks too."),
    "included": phrase("Noted: this channel counts, in past weeks too."),
}

cog = Cog("corrections")


@cog.command(staff_only=True, private=True)
async def correct(
    ctx: CommandContext,
    what: Annotated[
        Literal["bot", "human", "staff", "member", "reset", "excluded", "included"],
        "What the account is, or whether the channel counts",
    ],
    member: Annotated[AccountId | None, "The account"] = None,
    channel: Annotated[ChannelId | None, "Which channel; this one where you name none"] = None,
) -> Post:
    """Put right who is a bot or staff, and which channels count."""
    if what in ("excluded", "included"):
        if member is not None:
            raise UserError(phrase("“{what}” is for channels, not for people."), what=what)
        whole = (channel or ctx.channel).whole
        is_done = await ctx.write(exclude_channel, whole, what == "excluded")
        unknown = phrase("I have seen nothing in that channel yet.")
    elif member is None:
        raise UserError(phrase("Whose account is it? Name somebody."), name="member")
    else:
        is_done = await _correct(ctx, what, member)
        unknown = phrase("I have not met that account here.")
    if not is_done:
        raise UserError(unknown)
    return plain(ctx.texts.text(_SAID[what]))


@cog.command(staff_only=True, private=True)
async def note(
    ctx: CommandContext,
    day: Annotated[date | None, "Which day, like 2026-05-03; today where you name none"] = None,
    words: Annotated[
        str, "What happened, in 200 characters, naming nobody; nothing shows all notes"
    ] = "",
) -> Post:
    """Write down what happened on a day, or show what was written."""
    if not words:
        return _shown(ctx, await ctx.read(list_notes), day)
    on = day or date_of(LocalDays(ctx.community.timezone).day(ctx.now))
    written = await ctx.write(add_note, on, words, ctx.now)
    said = ctx.texts.text("Noted for {day}: “{words}”", day=ctx.texts.day(on), words=written.words)
    return plain(said, choices=(_removal(written, ctx.texts.text("Remove this note")),))


@cog.command(staff_only=True, private=True, hidden=True)
async def note_remove(
    ctx: CommandContext,
    day: Annotated[date, "The day of the note"],
    number: Annotated[int, "Its number on that day"],
) -> Post:
    """Remove a note."""
    await ctx.write(drop_note, day, number)
    return plain(ctx.texts.text("The note is gone."))


async def _correct(ctx: CommandContext, what: str, member: AccountId) -> bool:
    if what == "reset":
        return await ctx.write(trust_platform, member)
    mark, value = _MARKS[what]
    return await ctx.write(correct_account, member, ctx.now, **{mark: value})


def _shown(ctx: CommandContext, notes: list[DayNote], day: date | None) -> Post:
    texts = ctx.texts
    wanted = [one for one in notes if day in (None, one.on)]
    if not wanted:
        return plain(texts.text("There is no note yet."))
    blocks: list[Block] = [Para(texts.plural("{n} note", "{n} notes", len(wanted)))]
    choices = []
    for place, one in enumerate(wanted[:MOST_SHOWN], 1):
        number = texts.number(place)
        values = {"number": number, "day": texts.day(one.on), "words": one.words}
        blocks.append(Para(texts.text("{number}. {day}: {words}", **values)))
        choices.append(_removal(one, texts.text("Remove note {number}", number=number)))
    return Post("", (Section("", "", tuple(blocks)),), tuple(choices))


def _removal(one: DayNote, label: str) -> Choice:
    arguments = (("day", one.on.isoformat()), ("number", str(one.number)))
    return Choice(label, "note_remove", arguments)
