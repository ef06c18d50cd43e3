"""Ask the open lookups at the pace that is allowed, and keep what came of each."""
