"""From Telegram into the store: updates asked for or pushed, noted, then acted upon."""
