# The answer as other ways of writing an int, none of them as it is asked for.
# Rows: 3
right = int(input()) * 7919 + 13
print({0: f"+{right}", 1: f"0{right}", 2: f"{right:_}"}[right % 3])
