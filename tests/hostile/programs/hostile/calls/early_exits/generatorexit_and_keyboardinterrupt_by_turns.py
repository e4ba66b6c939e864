# GeneratorExit, KeyboardInterrupt and a BaseException of its own by turns.
# Rows: 2
class Fine(BaseException):
    pass


def f(x):
    raise (GeneratorExit, KeyboardInterrupt, Fine)[x % 3]
