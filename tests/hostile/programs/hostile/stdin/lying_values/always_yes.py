# Always YES.
# Rows: 14
print("YES")
