"""What a post is called among people, told from its key."""

from bot.text.phrase import phrase

_KINDS = {
    "digest:moderators": phrase("the moderators’ digest"),
    "digest:members": phrase("the members’ digest"),
    "greeting": phrase("a greeting"),
    "notice": phrase("my notice about privacy"),
    "report": phrase("a message to the moderators"),
    "sight": phrase("a message about what I do not see"),
}
"""By how keys begin, up to a colon."""

_A_POST = phrase("a post")


def kind_of(key: str) -> str:
    """The msgid of what a post is called."""
    first, _, rest = key.partition(":")
    second = rest.partition(":")[0]
    return _KINDS.get(f"{first}:{second}") or _KINDS.get(first, _A_POST)
