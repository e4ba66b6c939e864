# White space, which does not count, up to the limit.
# Rows: 10, 14
print(" \n\t\r" * 3000)
print(0)
