# Keys with one hash.
# Rows: 10
def f(x):
    return {(2**61 - 1) * k for k in range(3000)}
