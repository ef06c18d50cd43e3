"""From the facts of a case to an answer for each instance."""
