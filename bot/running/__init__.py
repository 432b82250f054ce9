"""The life of a running bot: its beginning and end in order, and what it remembers of refusals."""
