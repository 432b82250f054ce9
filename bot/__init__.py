"""Foyer's platform-neutral core and its edges."""

__version__ = "0.1.0"
