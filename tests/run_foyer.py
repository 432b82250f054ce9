"""`foyer` with the fake platforms of the tests in the place of the real ones."""

from bot.adapters import registry
from bot.cli import main

FAKES = {
    "discord": "tests.fake_platform:fake_discord",
    "telegram": "tests.fake_platform:fake_telegram",
}

if __name__ == "__main__":
    registry.ADAPTERS = FAKES
    main()
