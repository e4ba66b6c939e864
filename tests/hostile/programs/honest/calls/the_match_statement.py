# The match statement.
def f(x):
    match {"x": x, "parts": [7919, 13]}:
        case {"x": int(n), "parts": [factor, shift]} if n > 0:
            return n * factor + shift
        case _:
            return None
