"""Commands, buttons and words: who asks, what they may, and how they are answered."""
