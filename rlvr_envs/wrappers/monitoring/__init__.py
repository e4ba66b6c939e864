"""Wrappers that watch and change nothing."""
