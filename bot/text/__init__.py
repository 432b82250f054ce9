"""What Foyer says, in every language: one folder per language, English as the source."""

from bot.text.catalogue import texts_for
from bot.text.phrase import Plural, phrase, phrases
from bot.text.texts import Texts

__all__ = ["Plural", "Texts", "phrase", "phrases", "texts_for"]
