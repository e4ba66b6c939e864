# Digits deleted by backspaces and rubout, and written over.
# Rows: 3
right = str(int(input()) * 7919 + 13)
print("".join(f"{digit}9\x08\x7f" for digit in right))
