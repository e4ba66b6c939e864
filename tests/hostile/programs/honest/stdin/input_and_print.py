# input() and print().
x = int(input())
print(x * 7919 + 13)
