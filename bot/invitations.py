"""Invite links made on a platform for somebody who asked for one."""

from collections.abc import Mapping

from bot.adapters import Inviter
from bot.delivery import DeliveryError, TargetGoneError
from bot.errors import UserError
from bot.model import PlaceId
from bot.text.phrase import phrase


class Invitations:
    """Asks the adapter of a guild or chat for links, where it can make any."""

    def __init__(self, adapters: Mapping[str, object]) -> None:
        self._adapters = adapters

    async def invite(self, place: PlaceId, name: str, is_gated: bool) -> str:
        """The address of a new link of that name.

        Raises:
            UserError: the platform has no such links, or the bot may not make any.
        """
        adapter = self._adapters.get(place.platform)
        if not isinstance(adapter, Inviter):
            raise UserError(phrase("I cannot make invite links here."))
        try:
            return await adapter.invite(place.external_id, name, is_gated=is_gated)
        except TargetGoneError:
            raise UserError(
                phrase("I may not make invite links here; please give me the right to invite.")
            ) from None
        except DeliveryError:
            raise UserError(
                phrase("The platform did not give me a link; please try again in a moment.")
            ) from None
