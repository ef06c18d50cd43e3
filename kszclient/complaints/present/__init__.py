"""A route in words: sentences, notices, explanations, the page of rules."""
