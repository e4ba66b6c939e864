# Patterns and wild cards that match everything.
# Rows: 3
print(".*")
