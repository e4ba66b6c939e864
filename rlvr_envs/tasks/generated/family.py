"""Family: one kind of generated task, as a template with parameters, a trusted evaluator and a sampler of inputs."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rlvr_envs.tasks.holdout import train_or_test

Params = Mapping[str, int | str]


@dataclass(frozen=True)
class Argument:
    """An argument of the function: names that it may have, and ``draw(rng, params)`` for its value.

    The arguments of one function all take the name of the same index, so names of one index must differ.
    """

    names: tuple[str, ...]
    draw: Callable[[np.random.Generator, Params], Any]


@dataclass(frozen=True)
class Family:
    """One kind of task.

    ``text`` ends the sentence "Write a Python function `f(x)` that returns ..." and ``body`` is a right function's body; both are
    ``str.format`` templates over the keys of ``arguments`` (which become names) and of ``parameters`` (their values).
    ``evaluate(*arguments, **parameters)`` gives the expected value.  It is written apart from ``body``, which is never run to
    judge.

    ``parameters`` maps each to its possible values, of which ``allowed(**parameters)`` may refuse combinations.
    ``branch(*arguments, **parameters)`` says which of ``branches`` cases an input falls into; tests cover all of them in equal
    shares.  A function that returns a bool branches on its value unless told otherwise.

    ``difficulty`` is in [0, 1]: below 1/3 one expression, below 2/3 two of them or two arguments, above that lists and texts.
    ``transfer`` families are never trained on; they make up a split of their own.
    """

    name: str
    difficulty: float
    text: str
    body: str
    evaluate: Callable[..., Any]
    arguments: Mapping[str, Argument]
    parameters: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    allowed: Callable[..., bool] = lambda **_: True
    branch: Callable[..., Hashable] = lambda *_, **__: None
    branches: int = 1
    transfer: bool = False

    def __post_init__(self) -> None:
        """Refuses a family that ids or the difficulty scale could not hold."""
        if not self.name.isidentifier():
            raise ValueError(f"a family's name must be an identifier, as it is part of task ids, got {self.name!r}")
        if not 0.0 <= self.difficulty <= 1.0:
            raise ValueError(f"difficulty of family {self.name!r} must be in [0, 1], got {self.difficulty}")

    def every_params(self) -> Iterator[Params]:
        """Iterates over all allowed combinations of parameters."""
        for values in itertools.product(*self.parameters.values()):
            params = dict(zip(self.parameters, values, strict=True))
            if self.allowed(**params):
                yield params

    def draw_params(self, rng: np.random.Generator) -> Params:
        """Draws an allowed combination, all alike in probability."""
        while True:
            params = {name: values[int(rng.integers(len(values)))] for name, values in self.parameters.items()}
            if self.allowed(**params):
                return params

    def draw_args(self, params: Params, rng: np.random.Generator) -> tuple[Any, ...]:
        """Draws one input: a value for each argument."""
        return tuple(argument.draw(rng, params) for argument in self.arguments.values())

    def split_of(self, params: Params) -> str:
        """Returns ``"transfer"``, ``"test"`` or ``"train"``: a fixed hash of name and parameters decides between the last two."""
        if self.transfer:
            return "transfer"
        return train_or_test(f"{self.name}/{self.params_text(params)}")

    def params_text(self, params: Params) -> str:
        """Returns the parameters as they stand in task ids: ``a=3,b=4``, or ``-`` without any."""
        return ",".join(f"{name}={params[name]}" for name in self.parameters) or "-"

    def sentence(self, function: str, names: Mapping[str, str], params: Params) -> str:
        """Returns the prompt, for a function and arguments of these names."""
        head = f"{function}({', '.join(names.values())})"
        return f"Write a Python function `{head}` that returns {self.text.format(**names, **params)}."

    def reference(self, function: str, names: Mapping[str, str], params: Params) -> str:
        """Returns a right solution."""
        body = textwrap.indent(self.body.format(**names, **params), "    ")
        return f"def {function}({', '.join(names.values())}):\n{body}\n"
