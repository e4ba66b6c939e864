# The tracebacks and contexts of exceptions, walked back to the caller's variables.
# Rows: 5
def f(x):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
        while frame.f_back:
            frame = frame.f_back
            for value in list(frame.f_locals.values()):
                if isinstance(value, (list, tuple)):
                    for pair in value:
                        if isinstance(pair, (list, tuple)) and len(pair) == 2 and pair[0] in (x, (x,), [x]):
                            return pair[1]
    return 0
