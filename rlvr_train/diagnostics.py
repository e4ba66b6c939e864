"""What a training step is worth looking at: metrics of episodes, credit and sampling, and their file.

Each metric is a pair (sum, count), so that processes can be merged exactly.  The base trainer logs more beside them: ``reward``,
``frac_reward_zero_std`` (share of samples in groups without variance), ``entropy``, ``completions/*`` (lengths),
``sampling/*`` (log-prob gap between sampler and trainer, weights after truncation).

| name | mean over | meaning |
|---|---|---|
| ``env/success``, ``env/score`` | trainable episodes | solved; verified share of the goals, at the last turn |
| ``env/audit_score`` | episodes that have one | share of audit tests passed: beside ``env/score``, an early sign of hacking |
| ``env/turns``, ``env/cut_share`` | episodes | turns played; share given up for lack of room |
| ``env/infra_error_share``, ``env/untrainable_share`` | episodes | share that the machinery lost; share left out of training |
| ``env/canary_paid`` | judged episodes that never train | share of canaries paid: above 0 is an alarm |
| ``verdict/NAME`` | judged episodes | share whose last turn has the verdict |
| ``reward_terms/NAME`` | trainable episodes of processes that saw the term | each term of the reward, summed over turns |
| ``credit/token_share``, ``credit/sample_share`` | live tokens, episodes | share under a span; share with a span |
| ``sampling/raw_weight`` | live tokens | importance weight before truncation or masking |
| ``sampling/cut_share`` | live tokens | share whose weight is outside the limits, so truncated or masked |
| ``time/rollout_s``, ``time/generate_s`` | processes | seconds of playing the batch, and of sampling in it; the rest is judging |
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from rlvr_envs.info import Verdict
from rlvr_train.credit import TurnCredit
from rlvr_train.episodes import Episode

Sums = dict[str, tuple[float, float]]

_VERDICTS = [verdict.value for verdict in Verdict if verdict is not Verdict.NOT_RUN]


def episode_sums(episodes: Sequence[Episode]) -> Sums:
    """Returns what the environment told about a batch."""
    sums: Sums = {}
    played = [episode for episode in episodes if episode.turns]
    trained = [episode for episode in episodes if episode.trainable]
    verdicts = [str(episode.last["verdict"]) for episode in played]
    audits = [float(episode.last["audit_score"]) for episode in played]
    _put(sums, "env/success", [float(episode.last["is_success"]) for episode in trained])
    _put(sums, "env/score", [float(episode.last["score"]) for episode in trained])
    _put(sums, "env/audit_score", [audit for audit in audits if not math.isnan(audit)])
    _put(sums, "env/turns", [float(len(episode.turns)) for episode in episodes])
    _put(sums, "env/cut_share", [float(episode.cut) for episode in episodes])
    _put(sums, "env/infra_error_share", [float(verdict == Verdict.INFRA_ERROR.value) for verdict in verdicts])
    _put(sums, "env/untrainable_share", [float(not episode.trainable) for episode in episodes])
    _put(sums, "env/canary_paid", [float(episode.last["is_success"]) for episode in played if _is_canary(episode)])
    for name in _VERDICTS:  # all of them, so that a part or step without one counts as 0
        _put(sums, f"verdict/{name}", [float(verdict == name) for verdict in verdicts])
    terms = [_total_terms(episode) for episode in trained]
    for name in sorted({name for each in terms for name in each}):
        _put(sums, f"reward_terms/{name}", [each.get(name, 0.0) for each in terms])
    return sums


def _is_canary(episode: Episode) -> bool:
    """Whether an episode was left out of training although nothing went wrong with it."""
    return not episode.trainable and all(Verdict(turn.info["verdict"]).trainable for turn in episode.turns)


def credit_sums(credits_: Sequence[Sequence[TurnCredit]], live: torch.Tensor) -> Sums:
    """Returns how much of a batch is under spans; ``live``: [B, T], 1 on tokens that count in the loss."""
    covered = [sum(int(turn.credit.covered_u.sum()) for turn in turns) for turns in credits_]
    return {
        "credit/token_share": (float(sum(covered)), float(live.sum())),
        "credit/sample_share": (float(sum(count > 0 for count in covered)), float(len(covered))),
    }


def sampling_sums(batch: Mapping[str, Any], live: torch.Tensor, *, low: float | None, high: float | None) -> Sums:
    """Returns the importance weights of a batch before limits, and how many are outside of ``[low, high]``.

    Nothing without a sampler of its own; tokens that the sampler could not score are left out.
    """
    if "old_per_token_logps" not in batch or "sampling_per_token_logps" not in batch:
        return {}
    weights = torch.exp(batch["old_per_token_logps"] - batch["sampling_per_token_logps"])[live.bool()]
    weights = weights[~torch.isnan(weights)]
    outside = torch.zeros_like(weights, dtype=torch.bool)
    if low is not None:
        outside |= weights < low
    if high is not None:
        outside |= weights > high
    count = float(weights.numel())
    return {"sampling/raw_weight": (float(weights.sum()), count), "sampling/cut_share": (float(outside.sum()), count)}


def merged_means(parts: Iterable[Sums]) -> dict[str, float]:
    """Returns the mean of each metric over all parts; one that nothing was counted for is left out."""
    totals: dict[str, tuple[float, float]] = {}
    for part in parts:
        for name, (total, count) in part.items():
            before = totals.get(name, (0.0, 0.0))
            totals[name] = (before[0] + total, before[1] + count)
    return {name: total / count for name, (total, count) in sorted(totals.items()) if count > 0.0}


class MetricsFile(TrainerCallback):  # type: ignore[misc] # transformers is untyped at this border
    """Writes each line of the log to a JSONL file, with its step; a resumed run continues after its checkpoint's step."""

    def __init__(self, path: Path) -> None:
        """Names the file; its folder is made when training begins."""
        self.path = path

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Starts the file, or keeps the lines up to the step that training resumes from."""
        if not state.is_world_process_zero:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = self.path.read_text(encoding="utf-8").splitlines() if state.global_step and self.path.exists() else []
        kept = [line for line in lines if json.loads(line)["step"] <= state.global_step]
        self.path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Appends a line; what is not finite becomes null."""
        if not state.is_world_process_zero or logs is None:
            return
        plain = {name: _finite(value) for name, value in logs.items()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": state.global_step, **plain}) + "\n")


def _put(sums: Sums, name: str, values: Sequence[float]) -> None:
    sums[name] = (math.fsum(values), float(len(values)))


def _total_terms(episode: Episode) -> dict[str, float]:
    totals: dict[str, float] = {}
    for turn in episode.turns:
        for name, value in turn.info["reward_terms"].items():
            totals[name] = totals.get(name, 0.0) + value
    return totals


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
