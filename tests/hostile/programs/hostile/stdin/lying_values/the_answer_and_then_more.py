# The answer, and then a word after it.
# Rows: 14
x = int(input())
print(x * 7919 + 13, "#", 0)
