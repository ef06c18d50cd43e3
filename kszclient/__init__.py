"""Child benefits in Belgium: who is competent, what the registers hold, where complaints go."""
