"""`python -m bot` is the command `foyer`."""

from bot.cli import main

main()
