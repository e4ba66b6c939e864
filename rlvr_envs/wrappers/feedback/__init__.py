"""Wrappers that change what the next turn reads."""
