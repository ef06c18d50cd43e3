"""The dated tables of competence, read and checked together."""
