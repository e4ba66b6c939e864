"""Plain ``exec`` of a program in a throw-away process with limits on time and memory; no sandbox, no planning, no codec.

For mutants of published references alone: this isolates nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Final

_CHILD: Final = """
import json, os, resource, sys
task = json.load(sys.stdin)
resource.setrlimit(resource.RLIMIT_AS, (task["memory"], task["memory"]))
resource.setrlimit(resource.RLIMIT_CPU, (task["cpu"], task["cpu"]))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
reply = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
sys.stdin = open(os.devnull)
try:
    exec(compile(task["program"], "<plain>", "exec", dont_inherit=True), {"__name__": "plain"})
    said = "passed"
except BaseException as error:
    said = f"{type(error).__name__}: {str(error)[:200]}"
reply.write(json.dumps(said))
reply.flush()
os._exit(0)
"""


@dataclass(frozen=True)
class Plain:
    """What plain Python said: ``passed``, or how it ended (an exception, ``timeout``, ``died``)."""

    said: str

    @property
    def passed(self) -> bool:
        """Whether every test held."""
        return self.said == "passed"


def run_plain(program: str, *, time_s: float, memory_mib: int, hash_seed: int = 0) -> Plain:
    """Runs one program in a new process and returns how it ended."""
    request = {"program": program, "memory": memory_mib * 1024 * 1024, "cpu": int(time_s) + 1}
    with TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-s", "-W", "ignore", "-c", _CHILD],
                input=json.dumps(request),
                capture_output=True,
                text=True,
                check=False,
                timeout=time_s,
                cwd=folder,
                env={"PYTHONHASHSEED": str(hash_seed), "PYTHONUTF8": "1"},
            )
        except subprocess.TimeoutExpired:
            return Plain("timeout")
    return Plain(json.loads(done.stdout)) if done.returncode == 0 and done.stdout else Plain(f"died ({done.returncode})")


def run_many_plain(programs: list[str], *, time_s: float, memory_mib: int, workers: int) -> list[Plain]:
    """Runs programs, ``workers`` at a time, and returns how each ended, in order."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda program: run_plain(program, time_s=time_s, memory_mib=memory_mib), programs))
