"""Where a child lived: spells, what was known of them when, and domicile files."""
