# The answer twice.
# Rows: 14
x = int(input())
print(x * 7919 + 13)
print(x * 7919 + 13)
