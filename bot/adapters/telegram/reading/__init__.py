"""What an update of Telegram's means; pure, and without the library."""
