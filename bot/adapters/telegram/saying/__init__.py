"""How Foyer says something on Telegram: payloads, buttons, and the voice that sends them."""
