"""How the Bot API refuses."""

from typing import Any


class RefusedError(Exception):
    """A call that the server answers with an error."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad_request(reason: str, **parameters: int) -> RefusedError:
    """What was asked cannot be done."""
    return RefusedError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> RefusedError:
    """The bot may not do this there."""
    return RefusedError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> RefusedError:
    """Somebody else reads this bot's updates."""
    return RefusedError(409, f"Conflict: {reason}")


def too_many(seconds: int) -> RefusedError:
    """The bot calls too often."""
    said = f"Too Many Requests: retry after {seconds}"
    return RefusedError(429, said, retry_after=seconds)
