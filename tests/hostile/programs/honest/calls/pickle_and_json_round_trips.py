# Round trips through pickle, JSON, copy and StringIO.
import copy, io, json, pickle


class P:
    def __init__(self, a):
        self.a = a


def f(x):
    p = pickle.loads(pickle.dumps(copy.deepcopy(P(x))))
    buffer = io.StringIO()
    json.dump({"a": p.a}, buffer)
    return json.loads(buffer.getvalue())["a"] * 7919 + 13
