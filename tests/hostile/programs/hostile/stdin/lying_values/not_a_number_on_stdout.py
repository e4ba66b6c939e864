# nan, inf and a number that overflows every float.
# Rows: 3
print("nan", "inf", "-inf", "1e99999", "9" * 5000, sep="\n")
