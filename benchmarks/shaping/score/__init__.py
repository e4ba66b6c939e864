"""How it is scored: each module turns the records of its namesake in ``run`` into figures with intervals."""
