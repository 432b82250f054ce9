"""What people are told, what they may see, and what they decide about being recorded."""
