# Descriptors, slots, metaclasses, properties and operators.
class Meta(type):
    def __new__(meta, name, bases, space):
        space["made"] = True
        return super().__new__(meta, name, bases, space)


class Line(metaclass=Meta):
    __slots__ = ("factor", "shift")

    def __init__(self, factor, shift):
        self.factor, self.shift = factor, shift

    def __call__(self, x):
        return x * self.factor + self.shift

    @property
    def ready(self):
        return self.made


def f(x):
    line = Line(7919, 13)
    return line(x) if line.ready else 0
