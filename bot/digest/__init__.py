"""The weekly community health digest: figures into sentences, people first."""

from bot.digest.compose import AUDIENCES, MEMBERS, MODERATORS, compose, document, is_worth_telling

__all__ = ["AUDIENCES", "MEMBERS", "MODERATORS", "compose", "document", "is_worth_telling"]
