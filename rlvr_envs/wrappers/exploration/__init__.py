"""Wrappers that choose where an episode begins."""
