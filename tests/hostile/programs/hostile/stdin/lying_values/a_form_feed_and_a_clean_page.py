# Wrong text, and then the answer on a clean page.
# Rows: 3
x = int(input())
print(f"wrong\x0c{x * 7919 + 13}")
