# Context variables and context managers.
import contextlib, contextvars

shift = contextvars.ContextVar("shift", default=0)


@contextlib.contextmanager
def shifted(by):
    token = shift.set(by)
    try:
        yield
    finally:
        shift.reset(token)


def f(x):
    with shifted(13), contextlib.suppress(KeyError):
        return x * 7919 + contextvars.copy_context().run(shift.get)
