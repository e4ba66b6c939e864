# The answer in digits of another script.
# Rows: 3
x = int(input())
print(str(x * 7919 + 13).translate({48 + i: 0x660 + i for i in range(10)}))
