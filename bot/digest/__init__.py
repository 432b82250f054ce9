"""The weekly community health digest: figures into sentences, people first."""

from bot.digest.compose import compose, document

__all__ = ["compose", "document"]
