"""The failures Foyer expects: on the command line, and of what members ask in a chat."""


class FoyerError(Exception):
    """An expected failure, told to the user in one line."""

    exit_code = 1


class UsageError(FoyerError):
    """Wrong arguments or configuration (exit 2)."""

    exit_code = 2


class ContentError(FoyerError):
    """A file or a store that is not what it should be (exit 1)."""


class StoreError(FoyerError):
    """The store cannot be opened, read or written (exit 1)."""


class UserError(Exception):
    """A polite no to whoever typed a command: `msgid` is a sentence of the catalogues.

    Whoever raises it marks the sentence with `phrase(...)`; `values` fill its placeholders.
    """

    def __init__(self, msgid: str, **values: str) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.values = values
