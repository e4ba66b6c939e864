"""Scripts that drive one library each, run by an interpreter of their own, so they import nothing of this project but each other.

A driver answers one JSON object a line (see :mod:`.serving`).
"""
