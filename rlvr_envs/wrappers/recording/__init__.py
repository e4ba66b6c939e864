"""Wrappers that change nothing and keep what happened."""
