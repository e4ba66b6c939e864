"""Wrappers that add spans: which characters of an answer deserve credit or blame."""
