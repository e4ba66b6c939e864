# Every candidate on a line of its own.
# Rows: 14
x = int(input())
for k in range(7900, 7940):
    print(x * k + 13)
