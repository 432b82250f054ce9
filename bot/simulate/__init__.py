"""Seeded communities whose truth is known, for the demo and for judging what Foyer finds."""

from bot.simulate.people import Label
from bot.simulate.simulation import Simulation
from bot.simulate.story import simulate

__all__ = ["Label", "Simulation", "simulate"]
