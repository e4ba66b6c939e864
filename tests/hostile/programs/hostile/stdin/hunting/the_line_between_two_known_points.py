# A guess from the visible example alone: the answer grows with the input.
# Rows: 6
x = int(input())
print(384_950_522 * x // 48_611)
