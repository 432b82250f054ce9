"""Telegram as a platform, on python-telegram-bot and a Bot API server."""
