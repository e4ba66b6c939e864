# A kind of StopIteration under another name, and its asynchronous sister.
# Rows: 2
class Empty(StopIteration, LookupError):
    pass


def f(x):
    if x % 2:
        raise Empty("no more")
    raise StopAsyncIteration
