"""Drives DeepGym's local sandbox: ``DeepGymEnv.step`` for single steps, its ``step_batch`` for batches.

The environment of a task is what DeepGym's users write for programs on stdin: a verifier that runs the answer once for each test
and reports each case.  After a case that ran out of time it asks no further one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deepgym import DeepGym, DeepGymEnv, Environment  # type: ignore[import-not-found, unused-ignore]
from serving import Task, Told, serve

CASE_SECONDS = 5
VERIFIER = """
import subprocess

from deepgym_solution import run_solution

TESTS = {tests!r}


def judge(solution_path, stdin, expected):
    try:
        process = run_solution(solution_path, input=stdin)
    except subprocess.TimeoutExpired:
        return 'ran out of time'
    if process.returncode != 0:
        return 'exit code ' + str(process.returncode) + ': ' + process.stderr[-200:]
    return '' if process.stdout.strip() == expected.strip() else 'printed ' + repr(process.stdout[:200])


def verify(solution_path, test_cases_path=None):
    cases = []
    for number, (stdin, expected) in enumerate(TESTS):
        error = judge(solution_path, stdin, expected)
        cases.append({{'id': 'test ' + str(number), 'passed': not error, 'error': error or None}})
        if error == 'ran out of time':
            break
    passed = sum(case['passed'] for case in cases)
    score = passed / len(TESTS)
    return {{'score': score, 'passed': passed == len(TESTS), 'details': str(passed) + ' passed', 'cases': cases}}
"""


class DeepGymLocal:
    """One environment a task."""

    def __init__(self, tasks: list[Task]) -> None:
        """Makes the environments."""
        self._client = DeepGym(mode="local")
        self._tasks = tasks
        self._envs = {task["id"]: DeepGymEnv(_environment(task), self._client) for task in tasks}

    def step(self, task: Task, kind: str) -> Told:
        """Plays one episode."""
        env = self._envs[task["id"]]
        env.reset()
        return _told(env.step(task["programs"][kind]))

    def prepare_batch(self, tasks: list[Task], kind: str) -> Callable[[], list[Told]]:
        """Returns a function that judges as many answers to one task, which is what ``step_batch`` does."""
        env, programs = self._envs[tasks[0]["id"]], [tasks[0]["programs"][kind]] * len(tasks)

        def play() -> list[Told]:
            env.reset()
            return [_told(step) for step in env.step_batch(programs)]

        return play

    def about(self) -> dict[str, Any]:
        """Returns how programs are isolated here, as DeepGym itself reports it."""
        result = self._client.run(_environment(self._tasks[0]), model_output="print(0)")
        return {"isolation": f"{result.isolation}, one for each program", "time_limit_s": CASE_SECONDS}


def _told(step: Any) -> Told:
    _, score, _, info = step
    return bool(info.passed), f"score {score:.2f}" + (f", {info.error_type}" if info.error_type else "")


def _environment(task: Task) -> Environment:
    tests = [tuple(test) for test in task["tests"]]
    return Environment(task=task["prompt"], verifier_code=VERIFIER.format(tests=tests), case_timeout=CASE_SECONDS)


if __name__ == "__main__":
    serve(DeepGymLocal, ("deepgym",))
