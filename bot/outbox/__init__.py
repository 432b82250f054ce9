"""Says things once: what cogs post is stored first, then sent, and every doubt is told."""

from bot.outbox.resolving import (
    OpenPosts,
    UnknownPost,
    blank_posts,
    drop_old_posts,
    mark_sent,
    open_posts,
    reopen,
    resend,
)
from bot.outbox.sender import Outbox

__all__ = [
    "OpenPosts",
    "Outbox",
    "UnknownPost",
    "blank_posts",
    "drop_old_posts",
    "mark_sent",
    "open_posts",
    "reopen",
    "resend",
]
