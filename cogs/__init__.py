"""Features, declared once for every platform: these are not discord.py cogs."""

from bot.cog import Cog
from cogs import attach, corrections, digest, help, privacy, settings, sources, status, welcome

COGS: tuple[Cog, ...] = (
    help.cog,
    welcome.cog,
    digest.cog,
    privacy.cog,
    settings.cog,
    corrections.cog,
    sources.cog,
    attach.cog,
    status.cog,
)
"""All features, in the order in which they hear of events."""
