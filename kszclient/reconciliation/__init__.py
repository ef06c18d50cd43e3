"""Reconciliation: an institution's own dossiers compared with the registers."""
