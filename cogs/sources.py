"""Where members come from: invite links with a name, and how many came by each."""

from typing import Annotated

from bot.cog import Cog
from bot.context import CommandContext
from bot.errors import UserError
from bot.invite_links import NAME_LENGTH, Link, checked_source, find_wanted
from bot.post import Block, Bullets, Note, Para, Post, Section, inert_name, plain
from bot.source_tally import RECENT_DAYS, SourceTally, Tally, count_sources
from bot.text.phrase import phrase
from bot.text.texts import Texts

MOST_SHOWN = 20

cog = Cog("sources")


@cog.command(staff_only=True, private=True)
async def source_add(
    ctx: CommandContext,
    name: Annotated[str, "What the source is called, in 32 characters"],
    gated: Annotated[bool | None, "Whether moderators let each one in"] = None,
) -> Post:
    """Make an invite link with a name: whoever comes in by it counts for that source."""
    place = ctx.place
    if place is None:
        raise UserError(phrase("This works in a community only, not in a private chat."))
    wanted = await ctx.read(find_wanted, checked_source(name), place, gated)
    if wanted.link is not None:
        return _told(ctx.texts, wanted.link)
    # What ends between these two lines leaves a link that nobody was told of, and no more.
    url = await ctx.world.invite(place, wanted.source, bool(gated))
    new = Link(wanted.source, place, url, bool(gated))
    return _told(
        ctx.texts, await ctx.write_anywhere(ctx.world.links.keep, ctx.community, new, ctx.now)
    )


@cog.command(staff_only=True, private=True)
async def source_list(ctx: CommandContext) -> Post:
    """Show where members come from: the sources, their links, and how many came by each."""
    texts, tally = ctx.texts, await ctx.read(count_sources, ctx.now)
    shown = _most_used(tally)
    sections = [Section("source", _named(one.name), _counted(texts, one)) for one in shown]
    return Post("", (*sections, Section("sources", "", _closing(texts, tally))))


def _told(texts: Texts, link: Link) -> Post:
    if link.is_gated:
        how = texts.text("Whoever uses it asks to be let in, and moderators decide. I count both.")
    else:
        how = texts.text("Whoever uses it comes in at once.")
    return plain(
        texts.text("The invite link of “{name}”:", name=_named(link.source)),
        link.url,
        how,
        texts.text(
            "Every join by it counts for this source, exactly: put it in one place only. Nobody is"
            " rewarded for bringing people in. /source_list shows the numbers."
        ),
    )


def _most_used(tally: Tally) -> list[SourceTally]:
    """The sources that brought most lately, in the order of their names."""
    order = sorted(tally.sources, key=lambda one: (one.recent, one.joins), reverse=True)
    kept = {one.name for one in order[:MOST_SHOWN]}
    return [one for one in tally.sources if one.name in kept]


def _named(name: str) -> str:
    return inert_name(name, "?", NAME_LENGTH)


def _counted(texts: Texts, one: SourceTally) -> tuple[Block, ...]:
    lines = [
        texts.plural(
            "{n} join so far; {lately}: {recent}",
            "{n} joins so far; {lately}: {recent}",
            one.joins,
            lately=texts.lately(RECENT_DAYS),
            recent=texts.number(one.recent),
        )
    ]
    if one.joins:
        lines.append(_certainty(texts, one))
    if one.asked or any(link.is_gated for link in one.links):
        lines.append(
            texts.plural(
                "{n} person asked to be let in; not in yet: {waiting}",
                "{n} people asked to be let in; not in yet: {waiting}",
                one.asked,
                waiting=texts.number(one.waiting),
            )
        )
    for link in one.links:
        gated = texts.text("{url} (moderators let each one in)", url=link.url)
        lines.append(gated if link.is_gated else link.url)
    return (Bullets(tuple(lines)),)


def _certainty(texts: Texts, one: SourceTally) -> str:
    if one.exact == one.joins:
        return texts.text("all known exactly, by its link")
    return texts.text(
        "known exactly, by its link: {exact}; less surely: {rest}",
        exact=texts.number(one.exact),
        rest=texts.number(one.joins - one.exact),
    )


def _closing(texts: Texts, tally: Tally) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if not tally.sources:
        blocks.append(
            Para(texts.text("There is no source yet. /source_add makes a link that counts joins."))
        )
    if len(tally.sources) > MOST_SHOWN:
        blocks.append(
            Para(
                texts.plural(
                    "{n} more source brought fewer people lately.",
                    "{n} more sources brought fewer people lately.",
                    len(tally.sources) - MOST_SHOWN,
                )
            )
        )
    blocks += [Note(words) for words in _unseen(texts, tally)]
    if tally.sources:
        blocks.append(
            Para(
                texts.plural(
                    "{n} join by no source that I know of",
                    "{n} joins by no source that I know of",
                    tally.unattributed,
                )
            )
        )
    return tuple(blocks)


def _unseen(texts: Texts, tally: Tally) -> tuple[str, ...]:
    """Why joins are missing from the numbers."""
    if tally.is_blind:
        return (
            texts.text(
                "At present I do not see who comes in everywhere here, so joins are missing from"
                " these numbers. /status says what puts that right."
            ),
        )
    if tally.was_blind:
        return (
            texts.text(
                "There were times {lately} when I did not see who came in, so joins may be missing"
                " from these numbers.",
                lately=texts.lately(RECENT_DAYS),
            ),
        )
    return ()
