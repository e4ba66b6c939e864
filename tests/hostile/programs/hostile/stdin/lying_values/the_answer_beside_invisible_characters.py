# The answer with invisible characters between its digits.
# Rows: 3, 14
x = int(input())
print("\u200b".join(str(x * 7919 + 13)) + "\ufeff")
