# A box that does what the tests ask.
class Box:
    def __init__(self):
        self.x = 0

    def put(self, x):
        self.x = x

    def get(self):
        return self.x * 7919 + 13

    def fill(self, row):
        row[:] = [x * 7919 + 13 for x in row]

    def each(self, act, x):
        act(x * 7919 + 13)

    def stream(self, x):
        return [x * 7919 + 13, x * 7919 + 14]

    def turn(self, act, xs):
        return [act(x * 7919 + 13) for x in xs]
