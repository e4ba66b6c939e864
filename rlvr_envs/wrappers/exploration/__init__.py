"""Wrappers that make a policy look further: what is rare, what is not yet solved, where an episode begins."""
