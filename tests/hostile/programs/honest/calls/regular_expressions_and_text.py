# Regular expressions, formats and text beyond ASCII.
import re, string, unicodedata


def f(x):
    text = f"{x:,} × 7919 plus 13 — naïve ☃".replace(",", "")
    a, b, c = map(int, re.findall(r"\d+", unicodedata.normalize("NFC", text)))
    return a * b + c if string.ascii_letters else 0
