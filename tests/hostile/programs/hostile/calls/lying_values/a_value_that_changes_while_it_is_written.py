# A list and a dict that other threads change, deepen and empty while they are written.
# Rows: 3, 10
import threading

rows, table = [1] * 1000, dict.fromkeys(range(1000), 0)


def stir():
    turn = 0
    while True:
        turn += 1
        rows.append(rows)
        rows.pop()
        rows[turn % 1000] = [turn] if turn % 2 else rows
        table[turn % 5000] = table
        table.pop(turn * 7 % 5000, None)


for _ in range(3):
    threading.Thread(target=stir, daemon=True).start()


def f(x):
    return [rows, table]
