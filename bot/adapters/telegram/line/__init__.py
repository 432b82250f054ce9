"""The line to Telegram: connections, what their failures mean, and how fast one may talk."""
