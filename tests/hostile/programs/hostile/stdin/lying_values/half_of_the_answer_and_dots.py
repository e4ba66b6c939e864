# Half of the answer and the dots of a text that was cut.
# Rows: 14
x = int(input())
print(str(x * 7919 + 13)[:5] + "...")
