# The answer in letters that look like digits.
# Rows: 3
x = int(input())
print(str(x * 7919 + 13).translate(str.maketrans("015", "Ol\u01bc")) + "\u0301")
