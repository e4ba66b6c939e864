# A constructor that leaves, and methods that raise what no handler expects.
# Rows: 1
class Box:
    def __init__(s):
        raise SystemExit(0)
