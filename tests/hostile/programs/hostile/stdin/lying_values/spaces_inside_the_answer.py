# The answer with white space between its digits.
# Rows: 3
x = int(input())
print(*str(x * 7919 + 13), sep="\u2009")
