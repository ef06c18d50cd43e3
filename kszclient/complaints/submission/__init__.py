"""Complaints handed in at a desk, and the register of them."""
