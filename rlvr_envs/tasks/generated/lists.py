"""Families over a list of numbers (difficulty above 2/3)."""

from __future__ import annotations

from typing import Final

from rlvr_envs.tasks.generated.family import Family
from rlvr_envs.tasks.generated.inputs import distinct_numbers, number, numbers, numbers_with_multiples

_NUMBERS: Final = {"xs": numbers()}
_MULTIPLES: Final = {"xs": numbers_with_multiples("a")}

FAMILIES: Final = (
    Family(
        name="sum_plus",
        difficulty=0.67,
        text="the sum of the numbers in the list {xs}, plus {a}",
        body="return sum({xs}) + {a}",
        evaluate=lambda xs, a: a + sum(xs),
        arguments=_NUMBERS,
        parameters={"a": range(1, 100)},
    ),
    Family(
        name="scaled_sum_of",
        difficulty=0.7,
        text="{a} times the sum of the numbers in the list {xs}",
        body="return {a} * sum({xs})",
        evaluate=lambda xs, a: sum(a * x for x in xs),
        arguments=_NUMBERS,
        parameters={"a": range(2, 40)},
    ),
    Family(
        name="largest_plus",
        difficulty=0.7,
        text="the largest number in the list {xs}, plus {a}",
        body="return max({xs}) + {a}",
        evaluate=lambda xs, a: sorted(xs)[-1] + a,
        arguments=_NUMBERS,
        parameters={"a": range(1, 100)},
    ),
    Family(
        name="add_to_each",
        difficulty=0.75,
        text="the list {xs} with {a} added to each number",
        body="return [x + {a} for x in {xs}]",
        evaluate=lambda xs, a: [x + a for x in xs],
        arguments=_NUMBERS,
        parameters={"a": range(1, 100)},
    ),
    Family(
        name="count_divisible",
        difficulty=0.75,
        text="how many numbers in the list {xs} are divisible by {a}",
        body="return sum(1 for x in {xs} if x % {a} == 0)",
        evaluate=lambda xs, a: len([x for x in xs if x % a == 0]),
        arguments=_MULTIPLES,
        parameters={"a": range(2, 31)},
    ),
    Family(
        name="count_greater",
        difficulty=0.75,
        text="how many numbers in the list {xs} are greater than {a}",
        body="return sum(1 for x in {xs} if x > {a})",
        evaluate=lambda xs, a: len([x for x in xs if x > a]),
        arguments=_NUMBERS,
        parameters={"a": range(0, 41)},
    ),
    Family(
        name="keep_divisible",
        difficulty=0.8,
        text="the list of the numbers in {xs} that are divisible by {a}",
        body="return [x for x in {xs} if x % {a} == 0]",
        evaluate=lambda xs, a: [x for x in xs if x % a == 0],
        arguments=_MULTIPLES,
        parameters={"a": range(2, 31)},
    ),
    Family(
        name="keep_greater",
        difficulty=0.8,
        text="the list of the numbers in {xs} that are greater than {a}",
        body="return [x for x in {xs} if x > {a}]",
        evaluate=lambda xs, a: [x for x in xs if x > a],
        arguments=_NUMBERS,
        parameters={"a": range(0, 41)},
    ),
    Family(
        name="sum_greater",
        difficulty=0.85,
        text="the sum of the numbers in the list {xs} that are greater than {a}",
        body="return sum(x for x in {xs} if x > {a})",
        evaluate=lambda xs, a: sum(x for x in xs if x > a),
        arguments=_NUMBERS,
        parameters={"a": range(0, 41)},
    ),
    Family(
        name="sum_of_squares_plus",
        difficulty=0.85,
        text="the sum of the squares of the numbers in the list {xs}, plus {a}",
        body="return sum(x ** 2 for x in {xs}) + {a}",
        evaluate=lambda xs, a: a + sum(x * x for x in xs),
        arguments=_NUMBERS,
        parameters={"a": range(1, 100)},
    ),
    Family(
        name="sum_of_multiples",
        difficulty=0.9,
        text="the sum of all multiples of {a} from 1 to {n}, both included",
        body="return sum(range({a}, {n} + 1, {a}))",
        evaluate=lambda n, a: a * (n // a) * (n // a + 1) // 2,
        arguments={"n": number(20, 300)},
        parameters={"a": range(2, 21)},
    ),
    Family(
        name="distinct",
        difficulty=0.75,
        text="how many different numbers are in the list {xs}",
        body="return len(set({xs}))",
        evaluate=lambda xs: sum(1 for i, x in enumerate(xs) if x not in xs[:i]),
        arguments={"xs": numbers(0, 9, least=3, most=9)},
        transfer=True,
    ),
    Family(
        name="second_largest",
        difficulty=0.85,
        text="the second largest number in the list {xs}",
        body="return sorted({xs})[-2]",
        evaluate=lambda xs: max(x for x in xs if x < max(xs)),
        arguments={"xs": distinct_numbers()},
        transfer=True,
    ),
    Family(
        name="differences",
        difficulty=0.9,
        text="the list of the differences of neighbours in {xs}, each number minus the one before it",
        body="return [b - a for a, b in zip({xs}, {xs}[1:])]",
        evaluate=lambda xs: [xs[i] - xs[i - 1] for i in range(1, len(xs))],
        arguments=_NUMBERS,
        transfer=True,
    ),
    Family(
        name="every_other_sum",
        difficulty=0.8,
        text="the sum of every other number in the list {xs}, beginning with the first",
        body="return sum({xs}[::2])",
        evaluate=lambda xs: sum(x for i, x in enumerate(xs) if i % 2 == 0),
        arguments=_NUMBERS,
        transfer=True,
    ),
)
