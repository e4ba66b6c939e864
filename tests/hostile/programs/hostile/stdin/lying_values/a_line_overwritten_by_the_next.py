# A wrong line that a terminal would show as the right one.
# Rows: 3
x = int(input())
print("0" * 9 + "\b" * 9 + "\r" + str(x * 7919 + 13))
