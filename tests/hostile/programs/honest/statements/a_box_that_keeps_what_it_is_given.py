# A box that keeps functions and iterators, and uses them when it is asked.
from collections import deque


class Box:
    def __init__(self):
        self.waiting = deque()
        self.done = []

    def _work(self):
        while self.waiting:
            act, x = self.waiting.popleft()
            self.done.append(act(x * 7919 + 13))

    def put(self, x):
        self.waiting.append((lambda y: y, x))

    def get(self):
        self._work()
        return self.done.pop()

    def fill(self, row):
        for x in list(row):
            self.put(x)
        row.clear()
        self._work()
        row.extend(self.done)

    def each(self, act, x):
        self.waiting.append((act, x))
        self._work()

    def stream(self, x):
        self.put(x)
        yield self.get()
        yield x * 7919 + 14

    def turn(self, act, xs):
        self.waiting.extend((act, x) for x in xs)
        self._work()
        return self.done
