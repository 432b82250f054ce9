"""Gives a post the shape of the place where it is read."""
