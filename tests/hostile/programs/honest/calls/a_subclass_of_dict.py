# Subclasses of dict, list and int that keep to the rules.
class Memory(dict):
    def __missing__(self, key):
        self[key] = value = int(Number(key) * 7919) + 13
        return value


class Number(int):
    def __mul__(self, other):
        return Number(int(self) * other)


memory = Memory()


def f(x):
    return memory[x]
