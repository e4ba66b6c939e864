"""Parsers from text to character spans; total functions that never raise."""
