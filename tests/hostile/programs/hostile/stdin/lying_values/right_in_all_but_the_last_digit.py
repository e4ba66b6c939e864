# Right in all but the last digit, with the length and the form of the answer.
# Rows: 14
x = int(input())
print(str(x * 7919 + 13)[:-1] + "x")
