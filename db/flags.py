"""The bits of a message's flags."""

ASKS = 1
"""The text asks something."""
UNSEEN = 2
"""Nobody could see whether it asks."""
MEDIA = 4
"""It carries a picture, a file or a recording."""
LINK = 8
"""It carries a link."""
