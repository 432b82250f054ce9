"""What is known of groups: where the bot is, who moderates, what is hidden."""
