"""The people of the mock world, their lives and their files."""
