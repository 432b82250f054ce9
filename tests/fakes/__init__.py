"""Servers that answer on 127.0.0.1 as the platforms do."""
