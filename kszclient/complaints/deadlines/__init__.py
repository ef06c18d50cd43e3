"""Working days, dated terms, and the clock of an appeal."""
