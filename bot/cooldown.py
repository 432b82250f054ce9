"""How long members, and whole communities, wait before the same is asked again."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.commands import Asker, Command
from bot.errors import UserError
from bot.model import AccountId, Community
from bot.text.phrase import phrase
from bot.text.texts import Texts

_MANY = 10_000
"""With so many entries, those whose time is over are thrown away."""

_SECOND = 1000

YOU_WAIT = phrase("Please wait {time} before you ask /{command} again.")
ALL_WAIT = phrase("/{command} was answered here a moment ago; please wait {time}.")

Key = tuple[str, int | None, AccountId | None]


class Cooldowns:
    """Kept in memory: a restart forgives everybody.

    After a private answer its asker waits; after a public one everybody in the community does.
    """

    def __init__(self) -> None:
        self._until: dict[Key, int] = {}

    @contextmanager
    def kept(
        self, command: Command, community: Community | None, asker: Asker, texts: Texts, now: int
    ) -> Iterator[None]:
        """Refuse what was asked a short while ago, else let it be asked again later.

        What fails or is refused inside the context may be asked again at once.

        Raises:
            UserError: they have to wait.
        """
        key = _key(command, community, asker)
        self._check(key, command, texts, now)
        self._start(key, command, now)
        try:
            yield
        except BaseException:
            self._until.pop(key, None)
            raise

    def _check(self, key: Key, command: Command, texts: Texts, now: int) -> None:
        left = self._until.get(key, 0) - now
        if left > 0:
            raise UserError(
                YOU_WAIT if command.private else ALL_WAIT,
                time=texts.duration(-(-left // _SECOND)),
                command=command.name,
            )

    def _start(self, key: Key, command: Command, now: int) -> None:
        if not command.cooldown:
            return
        if len(self._until) >= _MANY:
            self._until = {key: at for key, at in self._until.items() if at > now}
        self._until[key] = now + command.cooldown * _SECOND


def _key(command: Command, community: Community | None, asker: Asker) -> Key:
    if community is None or command.private:
        return command.name, community and community.id, asker.account
    return command.name, community.id, None
