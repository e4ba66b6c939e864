"""Test statements against programs that try to be paid by them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        made = make_sandbox("auto", workers=1)
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    with made:
        yield made


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
        "assert approx(f(1), 5)== 3",
    )
    assert statuses(run(sandbox, source, *right, *wrong)) == [Status.OK] * 3 + [Status.ERROR] * 8


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
