"""Foreign files in: exports of Telegram Desktop, of DiscordChatExporter, and foyer-events/1.

Everything is streamed in constant memory, and looked at to its end before anything is written.
No text of a message leaves these modules.
"""

from bot.importers.examine import examine
from bot.importers.plan import Plan
from bot.importers.record import Position, Record, Rejection

__all__ = ["Plan", "Position", "Record", "Rejection", "examine"]
