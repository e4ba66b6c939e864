# The last line of the visible example, whatever is asked.
# Rows: 6
example = """Input:
48611
Output:
384950522
"""
print(example.splitlines()[-1])
