"""Ties the group or server at hand to a community whose past was imported."""

from typing import Annotated

from bot.cog import Cog
from bot.context import CommandContext
from bot.errors import UserError
from bot.post import Post, inert_name, plain
from bot.text.phrase import phrase

WAIT = 20
"""Seconds before the same person may try a code again."""

cog = Cog("attach")


@cog.command(staff_only=True, private=True, cooldown=WAIT)
async def attach(
    ctx: CommandContext,
    code: Annotated[str, "The code that “foyer attach” gave to whoever runs me"],
) -> Post:
    """Make this group or server one with a community whose past was imported."""
    texts, place = ctx.texts, ctx.place
    if place is None:
        raise UserError(phrase("This works in a community only, not in a private chat."))
    attached = await ctx.write_anywhere(ctx.world.attaching.redeem, place, code, ctx.now)
    if attached is None:
        # An answer and no refusal: after it one waits before the next try.
        return plain(
            texts.text(
                "This code is not valid: it is mistyped, was used before, or is more than a day"
                " old. Whoever runs me gets a new one with “foyer attach”."
            )
        )
    name = inert_name(attached.community.name, "Foyer")
    if not attached.is_new:
        return plain(texts.text("We are part of “{name}” already; nothing changed.", name=name))
    said = [
        texts.text(
            "Done: from now on we are part of “{name}”, with one past and one set of figures.",
            name=name,
        )
    ]
    if attached.community.timezone != ctx.community.timezone:
        zone = attached.community.timezone
        said.append(texts.text("Days are counted in {zone} now; /setup changes that.", zone=zone))
    return plain(*said)
