# Ranges: a few bytes each, and very many items for whoever walks over them all.
# Rows: 10
def f(x):
    return [range(99_999)] * 20_000
