"""Wrappers that add a named term to the reward."""
