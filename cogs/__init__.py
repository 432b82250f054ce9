"""Features, declared once for every platform: these are not discord.py cogs."""
