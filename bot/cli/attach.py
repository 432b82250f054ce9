"""`foyer attach`: ties a community to the guild or chat where it lives on."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, common_options, community_option

if TYPE_CHECKING:
    from bot.model import PlaceId
    from db.connection import Connection

_TELEGRAM = "a Telegram group's id begins with a minus, as in telegram:-1001234567890"
_DISCORD = "a Discord server's id is a number of 15 to 20 digits, as in discord:81384788765712384"


class Place(click.ParamType["PlaceId"]):
    """A guild or chat written `PLATFORM:ID`."""

    name = "place"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "PlaceId":
        """The guild or chat; anything else is a usage error that says how they are written."""
        from bot.model import PlaceId, Platform, split_id

        if isinstance(value, PlaceId):
            return value
        platform, external_id = split_id(value) or ("", "")
        digits = external_id.removeprefix("-")
        is_number = digits.isascii() and digits.isdecimal() and not digits.startswith("0")
        if platform == Platform.TELEGRAM:
            if not is_number or digits == external_id or len(digits) > 18:
                self.fail(f"{_TELEGRAM}.", param, ctx)
        elif platform == Platform.DISCORD:
            if not is_number or digits != external_id or not 15 <= len(digits) <= 20:
                self.fail(f"{_DISCORD}.", param, ctx)
        else:
            self.fail("name it as telegram:CHAT_ID or discord:GUILD_ID.", param, ctx)
        return PlaceId(platform, external_id)


@click.command()
@click.argument("place", type=Place(), metavar="[PLATFORM:PLACE]", required=False)
@community_option
@common_options
@click.pass_obj
def attach(options: Options, place: "PlaceId | None", community: str) -> None:
    """Tie a community to a live guild or chat, by its id or by a code to be typed there."""
    from bot.cli.printing import hand_over

    hand_over(asyncio.run(_attach(options.store_url(), community, place)) + "\n")


async def _attach(url: str, meant: str, place: "PlaceId | None") -> str:
    from bot.app import updating

    async with updating(url) as store:
        if place is None:
            return await store.write(lambda connection: _code(connection, meant))
        return await store.write(lambda connection: _tied(connection, url, meant, place))


async def _code(connection: "Connection", meant: str) -> str:
    from bot.attaching import make_code
    from bot.clock import now_ms
    from bot.communities import get_community

    community = await get_community(connection, meant)
    code = await make_code(connection, community.id, now_ms())
    return (
        f"Within 24 hours, a moderator types this once in the group or server that is to be part"
        f" of {community.name}:\n\n    /attach {code}\n"
    )


async def _tied(connection: "Connection", url: str, meant: str, place: "PlaceId") -> str:
    from bot.app import suppression_of
    from bot.attaching import attach, check_met
    from bot.clock import now_ms
    from bot.communities import get_community

    community = await get_community(connection, meant)
    await check_met(connection, community, place)
    done = await attach(connection, community, place, suppression_of(url), now_ms())
    whole = f"{community.name} (community {community.id})"
    if done.joined is not None:
        joined = f"{done.joined.name} (community {done.joined.id})"
        return f"{place}, and with it everything of {joined}, is part of {whole} now."
    return f"{place} is part of {whole} {'now' if done.is_new else 'already'}."
