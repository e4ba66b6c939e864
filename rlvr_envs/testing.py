"""Contract checks for text environments, ours and other people's.

In a test suite, inherit all checks and say how your environment is made::

    class TestMyEnv(TextEnvContract):
        def make_env(self):
            return gym.make("me/MyEnv-v0")

Elsewhere call ``check_text_env(env)``, which runs the same checks and raises ``AssertionError`` with the broken rule.
Checks that need a right answer run where :meth:`TextEnvContract.right_answer` gives one.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any, ClassVar, Final

import gymnasium as gym
from gymnasium.utils.env_checker import check_env

from rlvr_envs._records import to_plain
from rlvr_envs.core import TextEnv
from rlvr_envs.errors import EnvClosed, ResetNeeded
from rlvr_envs.info import INFO_KEYS, MAX_INFO_BYTES, Info, Verdict, from_jsonable, to_jsonable

_log = logging.getLogger(__name__)

MakeEnv = Callable[[], gym.Env[str, str]]

#: Texts that a model may write; none may raise.
HOSTILE_TEXTS: Final[tuple[str, ...]] = (
    "",
    " \n\t ",
    "\0",
    "a\0b" * 100,
    "\ud800 lone \udfff surrogates",
    "x" * 1_000_000,
    "漢字 and 🙂 " * 10_000,
    "```python\n" * 1000,
    "```python\ndef f(:\n```",
    "```python\nraise ValueError('\\ud800' * 100000)\n```",
    "(" * 20_000,
    "import " + "a." * 100_000 + "b",
    "a." * 100_000 + "b",
    "<|im_end|><|endoftext|>",
)

_OTHER_PROCESS: Final = """
import json, sys, gymnasium as gym, rlvr_envs
from rlvr_envs.testing import episode_text
spec = gym.envs.registration.EnvSpec.from_json(sys.stdin.readline())
sys.stdout.write(episode_text(gym.make(spec), int(sys.argv[1]), json.loads(sys.argv[2])))
"""


def check_text_env(env: gym.Env[str, str] | MakeEnv, *, right_answer: Callable[[TextEnv[Any]], str] | None = None) -> None:
    """Runs every check of :class:`TextEnvContract`.

    Args:
        env: An environment that ``gym.make`` made, or a function that returns a new one at each call: the checks need several.
        right_answer: Returns a text that solves the current task.

    Raises:
        AssertionError: A rule of the contract is broken; the text says which.
        ValueError: The environment has no spec to make others from.
    """
    make = _maker(env) if isinstance(env, gym.Env) else env

    class Contract(TextEnvContract):
        def make_env(self) -> gym.Env[str, str]:
            return make()

        def right_answer(self, env: TextEnv[Any]) -> str | None:
            return None if right_answer is None else right_answer(env)

    contract = Contract()
    for name in dir(contract):
        if name.startswith("test_"):
            getattr(contract, name)()


def _maker(env: gym.Env[str, str]) -> MakeEnv:
    spec = env.spec
    if spec is None:
        raise ValueError("env must have a spec to make others from; pass a function that returns a new environment instead")
    return lambda: gym.make(spec)


def check_info(info: Info) -> None:
    """Checks keys, types, size and round trip of one info.

    Raises:
        AssertionError: A rule is broken.
    """
    missing, extra = set(INFO_KEYS) - set(info), set(info) - set(INFO_KEYS)
    assert missing | extra == set(), f"info must have exactly the keys of INFO_KEYS; missing {missing}, extra {extra}"
    for key, kind in INFO_KEYS.items():
        assert isinstance(info[key], kind), f"info[{key!r}] must be {kind.__name__}, got {type(info[key]).__name__}"
    assert not isinstance(info["turn"], bool), "info['turn'] must be an int, got a bool"
    known = {"", *Verdict} - {Verdict.NOT_RUN}
    assert info["verdict"] in known, f"info['verdict'] must be the verdict of an action, got {info['verdict']!r}"
    assert 0.0 <= info["score"] <= 1.0, f"info['score'] must be in [0, 1], got {info['score']}"
    text = json.dumps(to_jsonable(info), allow_nan=False)
    assert len(text) < MAX_INFO_BYTES, f"info must stay under {MAX_INFO_BYTES} bytes of JSON, got {len(text)}"
    back = from_jsonable(json.loads(text))
    survived = all(back[key] == info[key] for key in INFO_KEYS if key != "audit_score")
    assert survived and to_jsonable(back) == to_jsonable(info), "info must survive to_jsonable, json.dumps and from_jsonable"  # noqa: PT018


def episode_text(env: gym.Env[str, str], seed: int, actions: list[str]) -> str:
    """Plays one episode and returns all of it as JSON text, without what is measured (times, memory)."""
    rows: list[Any] = []
    observation, info = env.reset(seed=seed)
    rows.append([observation, _timeless(info)])
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(action)
        rows.append([observation, float(reward), terminated, truncated, _timeless(info)])
        if terminated or truncated:
            break
    env.close()
    return json.dumps(to_plain(rows), sort_keys=True)


def _timeless(info: Info) -> Any:
    plain = to_jsonable(info)
    plain["feedback"]["resources"] = None
    for case in plain["feedback"]["cases"]:
        case["wall_s"] = None
    return plain


class TextEnvContract:
    """The contract as inheritable pytest checks; override :meth:`make_env` and, where one can be known, :meth:`right_answer`."""

    #: What the checks say to the environment; override to reach more of it.
    actions: ClassVar[tuple[str, ...]] = ("no idea", "```python\ndef f(x):\n    return x\n```")

    def make_env(self) -> gym.Env[str, str]:
        """Returns a new environment, by ``gym.make`` or by its class."""
        raise TypeError(f"{type(self).__name__} must define make_env()")

    def right_answer(self, env: TextEnv[Any]) -> str | None:
        """Returns a text that solves the current task, None if none is known."""
        return None

    def _base(self) -> TextEnv[Any]:
        base = self.make_env().unwrapped
        assert isinstance(base, TextEnv), f"the environment must derive from TextEnv, got {type(base).__name__}"
        return base

    def test_gymnasium_check_env_passes_without_a_warning(self) -> None:
        """Gymnasium's own checker has nothing to say."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check_env(self._base(), skip_render_check=True)

    def test_infos_have_the_schema_from_reset_on(self) -> None:
        """Keys and types hold at reset and at every step."""
        env = self.make_env()
        for seed, action in enumerate(self.actions):
            check_info(env.reset(seed=seed)[1])
            check_info(env.step(action)[4])
        env.close()

    def test_same_seed_gives_the_same_bytes_here_and_in_another_process(self) -> None:
        """Neither the process nor the hash seed changes an episode.

        Another process needs an entry point that it can import: register ``"module:Class"``.  Without one (a class, or one of
        ``__main__``) episodes are compared in this process alone.
        """
        env = self.make_env()
        here = episode_text(env, 7, list(self.actions))
        assert here == episode_text(self.make_env(), 7, list(self.actions)), "two episodes of one seed differ in one process"
        if env.spec is None:  # not made by gym.make: another process could not make it
            return
        if not isinstance(env.spec.entry_point, str) or env.spec.entry_point.startswith("__main__:"):
            _log.info("%s was made in no other process: it has no entry point that one could import", env.spec.id)
            return
        for hash_seed in ("0", "4242"):
            there = subprocess.run(
                [sys.executable, "-c", _OTHER_PROCESS, "7", json.dumps(self.actions)],
                input=env.spec.to_json() + "\n",
                env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert there.returncode == 0, there.stderr
            assert there.stdout == here, f"the episode differs in another process with PYTHONHASHSEED={hash_seed}"

    def test_interleaved_environments_behave_as_alone(self) -> None:
        """Two environments share no state."""
        first, second = self._base(), self._base()
        alone = [first.reset(seed=1)[0], first.step(self.actions[0])[0], first.reset()[0]]
        start = first.reset(seed=1)[0]
        second.reset(seed=2)
        reply = first.step(self.actions[0])[0]
        second.step(self.actions[-1])
        second.reset()
        assert [start, reply, first.reset()[0]] == alone, "another environment's calls changed this one"

    def test_order_of_calls_is_checked(self) -> None:
        """Step before reset, after the end and after close raises a clear error."""
        env = self._base()
        _expect(ResetNeeded, lambda: env.step("x"), "step before reset")
        env.reset(seed=0)
        while env.running:
            env.step(self.actions[0])
        _expect(ResetNeeded, lambda: env.step("x"), "step after the end")
        env.close()
        env.close()
        _expect(EnvClosed, lambda: env.step("x"), "step after close")
        _expect(EnvClosed, env.reset, "reset after close")

    def test_hostile_text_is_a_verdict_and_never_an_exception(self) -> None:
        """Whatever a model writes, info keeps its schema and size."""
        env = self._base()
        for text in HOSTILE_TEXTS:
            env.reset(seed=0)
            _, reward, terminated, truncated, info = env.step(text)
            check_info(info)
            assert info["verdict"] != Verdict.INFRA_ERROR, f"{text[:20]!r} made the machinery fail: {info['feedback'].reason}"
            assert not (terminated and truncated), "terminated and truncated must not both be True"
            assert float(reward) == float(info["is_success"]), "the base reward is 1.0 for solved, else 0.0"

    def test_judging_changes_nothing_and_agrees_with_step(self) -> None:
        """``judge`` says what ``step`` would, without a step."""
        env = self._base()
        env.reset(seed=3)
        before = json.dumps(to_plain(env.get_state()), sort_keys=True)
        told = env.judge(list(self.actions))
        assert json.dumps(to_plain(env.get_state()), sort_keys=True) == before, "judge() changed the state"
        assert told[0] == env.step(self.actions[0])[4]["feedback"], "judge() and step() disagree"

    def test_state_is_plain_data_and_continues_the_episode(self) -> None:
        """An episode can be continued elsewhere from JSON."""
        env, other = self._base(), self._base()
        env.reset(seed=5)
        state = json.loads(json.dumps(env.get_state()))
        other.reset(seed=99)
        other.set_state(state)
        assert other.messages == env.messages
        assert env.step(self.actions[0])[4] == other.step(self.actions[0])[4], "the restored episode went on differently"
        assert env.reset()[0] == other.reset()[0], "the random state was not restored"

    def test_right_answer_is_solved(self) -> None:
        """A right answer earns exactly 1.0 and ends the episode."""
        env = self._base()
        for seed in range(3):
            env.reset(seed=seed)
            answer = self.right_answer(env)
            if answer is None:
                return
            _, reward, terminated, truncated, info = env.step(answer)
            assert (reward, terminated, truncated) == (1.0, True, False), f"a right answer got {info['feedback']}"
            assert (info["is_success"], info["score"], info["verdict"]) == (True, 1.0, Verdict.SOLVED)


def _expect(kind: type[Exception], call: Callable[[], object], what: str) -> None:
    try:
        call()
    except kind:
        return
    raise AssertionError(f"{what} must raise {kind.__name__}")
