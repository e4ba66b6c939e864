# Ends with the interpreter's own exit(), as interactive habits have it.
x = int(input())
print(x * 7919 + 13)
if x % 2:
    exit()
quit(0)
