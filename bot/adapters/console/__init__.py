"""A chat in the terminal: people are played by whoever types, or by a script."""
