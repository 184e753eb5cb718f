"""One script per question a user asks."""
