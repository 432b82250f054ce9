"""How much of a head count is alive."""
