# New objects with each answer, kept by the table of references.
# Rows: 10
class Box:
    put = lambda s, x: None
    get = lambda s: [object() for _ in range(150_000)]
    fill = lambda s, row: row.extend(object() for _ in range(100_000))
    each = lambda s, act, x: act(object())
    stream = lambda s, x: [object()] * 100_000
