# Numbers that are short to send and long to compare.
# Rows: 10
from decimal import Decimal


def f(x):
    return {Decimal(f"{k}E-9999") for k in range(2000)}
