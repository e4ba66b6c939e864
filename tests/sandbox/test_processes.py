"""Forks, spawned workers, threads, signals and exits: a sandbox works below them, and nothing outlives its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.sandbox.watching import alive, busy, descendants, wait_until

ROOT = Path(__file__).parents[2]
HEAD = """
import multiprocessing, os, signal, sys, threading, time
from rlvr_envs.sandbox.factory import make_sandbox, shared_sandbox
from rlvr_envs.errors import EnvClosed
from tests.sandbox.watching import DOUBLE, ENDLESS, value

def judge(sandbox):
    return value(sandbox.run(DOUBLE))

def judge_shared(_):
    return judge(shared_sandbox())

"""
MAIN = """
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it runs in the background
    sandbox = shared_sandbox()
"""
SCRIPTS = {
    "a fork": """
    assert judge(sandbox) == 42
    pid = os.fork()
    right = judge(sandbox) == 42
    if pid == 0:
        os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert judge(sandbox) == 42
""",
    "a fork while other threads judge": """
    threads = [threading.Thread(target=sandbox.run_many, args=([DOUBLE] * 60,)) for _ in range(3)]
    [thread.start() for thread in threads]
    for _ in range(5):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if judge(sandbox) == 42 and judge(shared_sandbox("direct")) == 42 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    [thread.join() for thread in threads]
    assert judge(sandbox) == 42
""",
    "workers that were forked": """
    assert judge(sandbox) == 42
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(judge_shared, range(4)) == [42] * 4
""",
    "workers that were spawned, and get a pickled sandbox": """
    assert judge(sandbox) == 42
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(judge_shared, range(2)) == [42] * 2
        assert pool.map(judge, [sandbox] * 2) == [42] * 2
""",
    "a vector environment of forked and spawned processes": """
    import gymnasium as gym
    for context in ("fork", "spawn"):
        env = gym.vector.AsyncVectorEnv([make_env] * 2, context=context, shared_memory=False)
        env.reset(seed=1)
        answers = ["```python\\ndef f(x): return 2 * x\\n```", "```python\\ndef f(x): return x\\n```"]
        assert env.step(answers)[1].tolist() == [1.0, 0.0]
        env.close()
""",
    "threads that end": """
    threads = [threading.Thread(target=sandbox.run, args=(DOUBLE,)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert value(sandbox.run_many([DOUBLE] * 4)[3]) == 42
""",
    "an exit without close": """
    sandbox.run_many([DOUBLE] * 3)
""",
    "an exit while a thread judges": """
    def work():
        try:
            sandbox.run_many([ENDLESS] * 4)
        except EnvClosed:
            pass
    threading.Thread(target=work, daemon=True).start()
    time.sleep(0.5)
""",
    "an interrupt that is caught": """
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        sandbox.run_many([ENDLESS] * 4)
    except KeyboardInterrupt:
        assert judge(sandbox) == 42
    else:
        raise SystemExit("no interrupt came")
""",
}
MAKE_ENV = """
def make_env():
    import gymnasium as gym
    import rlvr_envs
    test = {"args": [2], "expected": 4}
    task = {"task_id": "double", "prompt": "Double it.", "entry_point": "f", "tests": {"visible": [test]}}
    return gym.make("rlvr/Code-v0", tasks=[task])

"""
DATA_LOADER = """
import torch

class Judged(torch.utils.data.Dataset):
    def __init__(self, sandbox):
        self.sandbox = sandbox

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return judge(self.sandbox) + index

"""
USE_DATA_LOADER = """
    for context in ("fork", "spawn"):
        loader = torch.utils.data.DataLoader(Judged(sandbox), batch_size=2, num_workers=2, multiprocessing_context=context)
        assert [batch.tolist() for batch in loader] == [[42, 43], [44, 45]]
"""


def command(script: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    """How to run a script whose temporary folder is ``folder``."""
    file = folder / "script.py"
    file.write_text(script)
    scratch = folder / "scratch"
    scratch.mkdir()
    warnings = ["-W", "error", "-W", "ignore:.*multi-threaded.*fork:DeprecationWarning"]
    environment = {**os.environ, "TMPDIR": os.fspath(scratch), "PYTHONPATH": os.fspath(ROOT)}
    return [sys.executable, *warnings, os.fspath(file)], environment


def run_to_its_end(script: str, folder: Path) -> None:
    argv, environment = command(script, folder)
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    wait_until(lambda: list((folder / "scratch").glob("rlvr-*")) == [])


@pytest.mark.parametrize("backend", ["bwrap", "direct"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_process_of_its_own_ends_in_order(name: str, backend: str, tmp_path: Path) -> None:
    script = HEAD + MAKE_ENV + MAIN + SCRIPTS[name]
    run_to_its_end(script.replace("shared_sandbox()", f"shared_sandbox({backend!r})"), tmp_path)


@pytest.mark.slow
def test_a_data_loader_of_torch_judges_in_its_workers() -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    with tempfile.TemporaryDirectory() as folder:  # torch's sockets lie below it, whose paths must be short
        run_to_its_end(HEAD + DATA_LOADER + MAIN + USE_DATA_LOADER, Path(folder))


BUSY = "\n    print('begun', flush=True)\n    sandbox.run_many([ENDLESS] * 4)\n"
IDLE = "\n    sandbox.run_many([DOUBLE] * 4)\n    print('begun', flush=True)\n    time.sleep(300)\n"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("work", [BUSY, IDLE], ids=["while programs run", "between programs"])
@pytest.mark.parametrize("backend", ["bwrap", "direct"])
def test_a_signal_that_ends_the_owner_ends_all_its_guests(backend: str, work: str, number: int, tmp_path: Path) -> None:
    argv, environment = command(
        (HEAD + MAIN + work).replace("shared_sandbox()", f"make_sandbox({backend!r}, workers=2)"), tmp_path
    )
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "begun\n"
        if work == BUSY:
            wait_until(lambda: busy(descendants(owner.pid)) >= 2)
        guests = descendants(owner.pid)
        assert len(guests) >= 2
        owner.send_signal(number)
        owner.wait()
    wait_until(lambda: not alive(guests))
    wait_until(lambda: list((tmp_path / "scratch").glob("rlvr-*")) == [])
