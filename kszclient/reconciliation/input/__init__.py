"""Dossiers and domiciles: read from files or databases, checked row by row."""
