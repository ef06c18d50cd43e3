"""Findings in words, files and the report."""
