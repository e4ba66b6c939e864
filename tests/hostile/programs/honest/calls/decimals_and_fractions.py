# Decimals and fractions.
import decimal
from decimal import Decimal
from fractions import Fraction


def f(x):
    with decimal.localcontext() as context:
        context.prec = 50
        return int(Decimal(x) * Decimal("7919") + Fraction(26, 2).numerator)
