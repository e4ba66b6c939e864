# An exhausted iterator asked once more, as by accident.
# Rows: 2
answers = iter([])


def f(x):
    return next(answers)
