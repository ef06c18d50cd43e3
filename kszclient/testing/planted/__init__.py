"""Dossiers with planted mistakes, and the findings that a reconciliation ought to make."""
