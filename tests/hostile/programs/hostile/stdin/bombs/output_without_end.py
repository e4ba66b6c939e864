# Output without end.
# Rows: 10
while True:
    print("x" * 1000)
