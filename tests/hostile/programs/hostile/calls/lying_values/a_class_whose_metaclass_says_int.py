# A class whose metaclass says int.
# Rows: 3
class M(type):
    def __instancecheck__(c, o):
        return True

    __name__ = "int"


class A(metaclass=M):
    pass


def f(x):
    return A()
