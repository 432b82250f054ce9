"""What writes each community's events, kept between batches for what it remembers."""

from bot.model import Community
from bot.recorder import Recorder
from db.connection import Connection
from db.store import Store
from db.suppression import Suppression


class Recorders:
    """A recorder for each community of a store."""

    def __init__(self, store: Store, suppression: Suppression) -> None:
        self._store, self._suppression = store, suppression
        self._known: dict[int, tuple[Community, Recorder]] = {}
        self._losses = 0

    def renew(self) -> None:
        """Forget what the recorders remember of the store, because somebody else changed it."""
        self._known.clear()

    def of(self, connection: Connection, community: Community) -> Recorder:
        """The recorder of a community, for a transaction on the store's connection."""
        if self._losses != self._store.losses:
            self._losses = self._store.losses
            self.renew()  # what they remember may have been rolled back
        known = self._known.get(community.id)
        if known is None or known[0] != community:
            known = community, Recorder(connection, community, self._suppression)
            self._known[community.id] = known
        return known[1]
