# pytest.skip, or what it would raise.
# Rows: 2
try:
    from pytest import skip
except ImportError:

    class Skipped(BaseException):
        pass

    def skip(text):
        raise Skipped(text)


def f(x):
    skip("not on this platform")
