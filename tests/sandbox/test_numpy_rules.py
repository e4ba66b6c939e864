"""NumPy's comparisons in test statements: no answer is right because NumPy stretches it to what is expected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Program, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.verifiers.judging import judge_many
from rlvr_envs.verifiers.planning import plan


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with make_sandbox("auto", workers=1, packages=("numpy",)) as sandbox:
        yield sandbox


def outcomes(sandbox: Sandbox, source: str, tests: list[str], setup: str = "") -> list[str]:
    result = sandbox.run(Program(source, entry_point="f", tests=tuple(tests), test_setup=setup))
    return ["ok" if one.status is Status.OK else one.raised.type if one.raised else one.status.value for one in result.results]


NOTHING = [
    "assert np.allclose({}, 5)",
    "assert np.allclose({}, [5])",
    "assert np.allclose(5, {})",
    "assert np.allclose(b={}, a=[[1], [2]])",
    "assert numpy.isclose({}, 5).all()",
    "assert all(np.isclose({}, [5]))",
    "assert np.array_equiv({}, 5)",
    "assert np.array_equal({}, [5])",
    "assert allclose({}, 5)",
    "from numpy import allclose as near\nassert near({}, 5)",
    "assert np.ma.allclose({}, 5)",
    "assert np.ma.allequal({}, 5)",
    "np.testing.assert_allclose({}, 5)",
    "np.testing.assert_array_equal({}, 5)",
    "np.testing.assert_array_almost_equal({}, 5)",
    "np.testing.assert_array_less({}, 5)",
    "np.testing.assert_array_almost_equal_nulp({}, np.float64(5))",
    "np.testing.assert_equal(np.array({}), 5)",
    "np.testing.assert_almost_equal(np.array({}), 5)",
    "np.testing.assert_equal([np.array({})], [5])",
    "from numpy.testing import assert_allclose as near\nnear({}, 5)",
    "import numpy.testing as npt\nnpt.assert_array_equal(actual={}, desired=5)",
]


@pytest.mark.parametrize("answer", ["[]", "__import__('numpy').zeros((0, 3))", "()"])
def test_nothing_at_all_is_not_close_to_what_is_expected(sandbox: Sandbox, answer: str) -> None:
    tests = [test.format("f(1)") for test in NOTHING]
    found = outcomes(sandbox, f"def f(x):\n    return {answer}", tests)
    assert {
        test: outcome for test, outcome in zip(tests, found, strict=True) if outcome not in ("AssertionError", "ValueError")
    } == {}


def test_an_object_that_is_empty_when_it_is_read_again_is_not_close_to_anything(sandbox: Sandbox) -> None:
    source = (
        "class Shrinks:\n    read = 0\n"
        "    def __len__(self):\n        self.read += 1\n        return 1 if self.read < LIMIT else 0\n"
        "    def __getitem__(self, i):\n        return 5.0\n    def __iter__(self):\n        return iter([])\n"
        "def f(x):\n    global LIMIT\n    LIMIT = x\n    return Shrinks()"
    )
    tests = [f"assert np.allclose(f({limit}), [7.0])" for limit in range(12)]
    assert "ok" not in outcomes(sandbox, source, tests)


@pytest.mark.parametrize(
    ("test", "right"),
    [
        ("assert np.allclose(f(1), [0.1 + 0.2, 1])", True),
        ("assert np.allclose(f(1), [0.3, 1], rtol=0, atol=1e-20)", False),
        ("assert np.allclose(f(1), np.array([0.3, 1]), 1e-3)", True),
        ("assert np.isclose(f(1)[0], 0.3) and isinstance(np.isclose(0.3, 0.3), np.bool_)", True),
        ("assert np.isclose(f(1), [0.3, 2]).tolist() == [True, False]", True),
        ("assert np.isclose(np.float32(0.1), 0.1, rtol=0, atol=1e-12)", True),  # Python's float has no precision of its own
        ("assert np.array_equal(f(1)[1:], [1.0000001])", True),
        ("assert np.array_equiv(f(1), f(2))", True),
        ("np.testing.assert_allclose(f(1), [0.3, 1], rtol=1e-6)", True),
        ("np.testing.assert_allclose(f(1), [0.3, 1])", False),
        ("np.testing.assert_array_less(f(1), 2)", True),
        ("np.testing.assert_equal({'a': np.array(f(1))}, {'a': np.array(f(1))})", True),
        ("assert np.allclose([], []) and np.isclose([], []).size == 0", True),
        ("assert np.allclose(1, [1, 1])", True),
        ("assert np.allclose([1], [1, 1])", False),
        ("assert not np.allclose([1, 2, 3], [1, 2])", True),
    ],
)
def test_values_whose_shapes_belong_together_are_compared_by_numpy(sandbox: Sandbox, test: str, right: bool) -> None:
    found = outcomes(sandbox, "def f(x):\n    return [0.30000000000000004, 1.0000001]", [test], setup="import numpy as np")
    assert (found == ["ok"]) is right


@pytest.mark.parametrize("answer", ["[]", "5.0", "[5.0]", "[5.0, 5.0]", "[[5.0], [5.0]]", "None", "'5'"])
@pytest.mark.parametrize("expected", ["5", "[5]", "[5, 5]", "[]", "[[5], [5]]"])
def test_a_statement_and_a_planned_assert_agree(sandbox: Sandbox, answer: str, expected: str) -> None:
    planned = f"import numpy as np\nassert np.allclose(f(1), {expected})"
    in_a_loop = f"import numpy as np\nfor x in [1]:\n    assert np.allclose(f(x), {expected})"
    assert (plan(planned, "f") is None, plan(in_a_loop, "f") is None) == (False, True)
    task = Task(task_id="t", prompt="p", entry_point="f", tests=Suite(visible=(AssertTest(planned), AssertTest(in_a_loop))))
    (judgement,) = judge_many(sandbox, [(task, find_code(f"def f(x):\n    return {answer}"))])
    assert [case.verdict == "solved" for case in judgement.cases] in ([True, True], [False, False])
