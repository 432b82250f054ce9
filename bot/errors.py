"""The failures Foyer expects, each with the exit code it ends the command with."""


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
