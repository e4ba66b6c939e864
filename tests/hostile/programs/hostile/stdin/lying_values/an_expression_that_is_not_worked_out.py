# The expression instead of its value.
# Rows: 14
print(f"{int(input())}*7919+13")
