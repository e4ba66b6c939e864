"""Test statements against programs that try to be paid by them."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits


@pytest.fixture(scope="module")
def sandbox(auto_sandbox: Sandbox) -> Sandbox:
    return auto_sandbox


def run(sandbox: Sandbox, source: str, *tests: str, setup: str = "") -> RunResult:
    return sandbox.run(Program(source, entry_point="f", tests=tests, test_setup=setup))


def statuses(result: RunResult) -> list[Status]:
    return [item.status for item in result.results]


def types(result: RunResult) -> list[str]:
    return [item.raised.type if item.raised else "" for item in result.results]


@pytest.mark.parametrize("kind", ["StopIteration", "StopAsyncIteration", "type('Own', (StopIteration,), {})", "GeneratorExit"])
def test_what_a_program_raises_ends_no_loop_of_the_tests(sandbox: Sandbox, kind: str) -> None:
    tests = (
        "for got, wanted in zip(map(f, [1, 2]), [5, 6]):\n    assert got == wanted",
        "for got in map(f, [1]):\n    assert got == 5",
        "assert all(map(lambda p: f(p[0]) == p[1], [(1, 5), (2, 6)]))",
        "assert list(map(f, [])) == list(map(f, [1]))",
        "assert not [1 for _ in map(f, [1])]",
        "assert next(map(f, [1]), 7) == 7",
    )
    result = run(sandbox, f"def f(x):\n    raise {kind}", *tests)
    assert statuses(result) == [Status.ERROR] * 6


def test_modules_that_tests_forgot_to_import_are_not_the_programs(sandbox: Sandbox) -> None:
    source = (
        "class math:\n    isclose = staticmethod(lambda *a, **k: True)\nnp = numpy = pytest = unittest = statistics = math\n"
        "def isclose(*a):\n    return True\nraises = approx = allclose = isclose\ndef f(x):\n    return x"
    )
    right = ("assert math.isclose(f(5), 5)", "assert isclose(f(5), 5)", "assert statistics.mean([f(1), f(3)]) == 2")
    wrong = (
        "for x in (1, 2):\n    assert math.isclose(f(x), 5)",
        "assert isclose(f(1), 5)",
        "assert np.isclose(f(1), 5)",
        "assert numpy.isclose(f(1), 5)",
        "assert pytest.isclose(f(1), 5)",
        "assert unittest.isclose(f(1), 5)",
        "assert allclose(f(1), 5)",
        "assert f(1) == approx(5)",
    )
    assert statuses(run(sandbox, source, *right, *wrong)) == [Status.OK] * 3 + [Status.ERROR] * 8


def test_types_of_plain_data_that_tests_forgot_to_import_are_not_the_programs(sandbox: Sandbox) -> None:
    names = "Counter = OrderedDict = defaultdict = deque = Decimal = Fraction"
    source = f"{names} = lambda *a: 0\ndef f(x):\n    return x"
    right = "assert Counter(f('aab')) == {'a': 2, 'b': 1}"
    wrong = (
        "assert Counter(f('ab')) == Counter('abc')",
        "assert deque(f([1])) == deque([2])",
        "assert Fraction(f(1), 2) == Fraction(1, 3)",
        "assert Decimal(f('1.5')) == Decimal('2.5')",
    )
    assert statuses(run(sandbox, source, right, *wrong)) == [Status.OK] + [Status.ERROR] * len(wrong)


def test_an_entry_point_may_be_named_like_a_module(sandbox: Sandbox) -> None:
    program = Program("def bisect(x):\n    return x", entry_point="bisect", tests=("assert bisect(1) == 1",))
    assert statuses(sandbox.run(program)) == [Status.OK]


LIAR = (
    "class Liar:\n    def __bool__(self): return True\n    def __len__(self): return 1\n"
    "    def __contains__(self, x): return True\n"
    "    def startswith(self, x): return True\n    def __getitem__(self, i): return self\n"
)


def test_objects_stand_for_neither_text_nor_truth(sandbox: Sandbox) -> None:
    tests = (
        "for x in [1]:\n    assert f(x).startswith('a')",
        "for x in [1]:\n    assert f(x)",
        "assert all(f(x) for x in [1])",
        "assert not f(1)",
    )
    result = run(sandbox, f"{LIAR}def f(x):\n    return Liar()", *tests)
    assert types(result) == ["TypeError"] * 4


def test_a_class_may_have_methods_of_any_name(sandbox: Sandbox) -> None:
    source = "class Trie:\n    def startswith(self, x):\n        return x == 'a'\n"
    test = "t = Trie()\nassert t.startswith('a') and not t.startswith('b')"
    assert statuses(sandbox.run(Program(source, entry_point="Trie", tests=(test,)))) == [Status.OK]


def test_tests_use_what_they_know_of_pytest_and_unittest(sandbox: Sandbox) -> None:
    source = "def f(x):\n    if x < 0:\n        raise ValueError(f'{x} is negative')\n    return x ** 0.5"
    right = (
        "with pytest.raises(ValueError, match=r'-\\d+ is') as caught:\n    f(-1)\nassert str(caught.value) == '-1 is negative'",
        "import pytest as test_tool\nassert test_tool.raises((KeyError, ValueError), f, -1).type is ValueError",
        "from pytest import approx\nassert f(2) == approx(1.414214)",
        "import unittest\ncase = unittest.TestCase()\ncase.assertEqual(f(4), 2)\ncase.assertAlmostEqual(f(2), 1.4142136)",
        "with unittest.TestCase().assertRaises(ValueError):\n    f(-1)",
    )
    wrong = (
        "with pytest.raises(ValueError):\n    f(1)",
        "with pytest.raises(ValueError, match='positive'):\n    f(-1)",
        "with pytest.raises(KeyError):\n    f(-1)",
        "assert f(2) == pytest.approx(1.5)",
        "pytest.skip('later')",
        "unittest.TestCase().assertEqual(f(4), 3)",
        "unittest.TestCase().assertTrue(f)",
    )
    result = run(sandbox, source, *right, *wrong)
    assert statuses(result) == [Status.OK] * 5 + [Status.ERROR] * 7
    assert types(result)[5:] == ["AssertionError"] * 2 + ["ValueError"] + ["AssertionError"] * 3 + ["TypeError"]


OBJECTS = (
    "class Bag:\n    def __init__(self, *items): self.items, self.open = list(items), False\n"
    "    def __iter__(self): return iter(self.items)\n    def __len__(self): return len(self.items)\n"
    "    def __getitem__(self, i): return self.items[i]\n    def __setitem__(self, i, x): self.items[i] = x\n"
    "    def __contains__(self, x): return True\n    def __enter__(self):\n        self.open = True\n        return self\n"
    "    def __exit__(self, *error):\n        self.open = False\n        return True\n    def __add__(self, x): return 1\n"
    "def f(*items):\n    return Bag(*items)\ndef count(n):\n    yield from range(n)\n"
    "def endless():\n    while True:\n        yield 1\n"
)


def test_tests_walk_and_index_objects_of_the_program(sandbox: Sandbox) -> None:
    tests = (
        "assert list(f(1, 2)) == [1, 2] and len(f(1, 2)) == 2 and f(1, 2)[1] == 2",
        "assert list(count(3)) == [0, 1, 2] and sum(count(4)) == 6",
        "g = count(2)\nassert iter(g) is g and next(g) == 0 and next(g) == 1 and next(g, None) is None",
        "assert 2 in f(1, 2) and 3 not in f(1, 2)",
        "b = f(1)\nb[0] = 5\nassert b[0] == 5",
        "b = f(1)\nwith b as inner:\n    assert inner.open\nassert not b.open",
        "assert [a + b for a, b in zip(count(2), f(1, 2))] == [1, 3]",
        "assert 3 in f(1, 2)",
        "with f(1):\n    assert False",
        "f(1) + 1",
        "1 + f(1)",
        "f(1) < 2",
        "list(endless())",
    )
    result = sandbox.run(Program(OBJECTS, entry_point="f", tests=tests, limits=Limits(time_s=60)))
    assert statuses(result) == [Status.OK] * 7 + [Status.ERROR] * 6
    assert types(result)[7:] == ["AssertionError"] * 2 + ["TypeError"] * 3 + ["RuntimeError"]


def test_only_an_iterator_of_the_program_ends_a_loop(sandbox: Sandbox) -> None:
    source = (
        "class Ends:\n    def __iter__(self): raise StopIteration\n    def __len__(self): raise StopIteration\n"
        "    def __getitem__(self, i): raise StopIteration\n    @property\n    def field(self): raise StopIteration\n"
        "def f(x):\n    return Ends()"
    )
    tests = ("iter(f(1))", "len(f(1))", "f(1)[0]", "f(1).field", "assert not [1 for x in map(lambda x: f(x).field, [1])]")
    assert types(run(sandbox, source, *tests)) == ["StopIteration"] * 5


def test_a_function_of_the_programs_setup_may_be_passed_to_the_program(sandbox: Sandbox) -> None:
    program = Program(
        "def f(function, x):\n    return function(x)",
        entry_point="f",
        setup="def double(x):\n    return 2 * x",
        tests=("assert f(double, 4) == 8",),
    )
    assert statuses(sandbox.run(program)) == [Status.OK]
