# The answer in mathematical and superscript digits, which unicode calls digits.
# Rows: 3
x = int(input())
text = str(x * 7919 + 13)
print(
    text[0].translate({48 + i: 0x1D7D8 + i for i in range(10)})
    + "".join("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[int(d)] for d in text[1:])
)
