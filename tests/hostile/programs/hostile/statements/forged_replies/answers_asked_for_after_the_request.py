# Answers asked for after the request is over, and before the next one has come.
# Rows: 9
import json, os, struct, sys, threading


def send(act, request):
    body = json.dumps(["callback", request, "call", act._number, ["tuple", 1], ["dict"]]).encode()
    os.write(3, struct.pack(">I", len(body)) + body)


class Box:
    kept = []
    put = lambda s, x: [send(act, n) for act in s.kept for n in range(40)]
    get = lambda s: 0
    fill = lambda s, row: s.put(0)
    stream = lambda s, x: s.put(0)

    def each(s, act, x):
        s.kept.append(act)
        talk = act._ask.__self__
        threading.Timer(0.01, send, (act, talk._open[-1])).start()
        threading.Timer(0.02, send, (act, talk._open[-1] + 1)).start()

    def turn(s, act, xs):
        s.each(act, 0)
        return [1, 2]
