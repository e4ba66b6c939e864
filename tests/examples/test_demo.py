"""The demo without a model: its sets of tasks, its figures, and what it keeps."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("trl", reason="needs the extra `demo`")
pytest.importorskip("matplotlib", reason="needs the extra `demo`")

from rich.console import Console

from examples.demo.comparison import Comparison, comparison_table, shown
from examples.demo.figure import draw, read_metrics
from examples.demo.progress import StepLines
from examples.demo.run import clear
from examples.demo.settings import TASK_SETS, TRAIN_KWARGS, DemoSettings
from examples.demo.transcripts import first_change, transcript_lines, transcript_panels
from rlvr_envs.tasks.sources import make_source
from rlvr_train.episodes import Episode, Turn
from rlvr_train.estimators import Interval
from rlvr_train.evaluation import Evaluation, TaskResult


def episode(action: str, *, solved: bool) -> Episode:
    info: dict[str, Any] = {"is_success": solved, "verdict": "solved" if solved else "wrong", "score": float(solved)}
    turn = Turn(action, float(solved), info)
    return Episode(0, [{"role": "user", "content": "Return x plus 8."}], "plus/8", turns=[turn], over=True)


def evaluation(*solved: int, samples: int = 8) -> Evaluation:
    """One task for each count of solved samples."""
    tasks = tuple(TaskResult(i, str(i), samples, n, 0, n / samples) for i, n in enumerate(solved))
    episodes = tuple(episode(f"answer {j}", solved=j < n) for n in solved for j in range(samples))
    return Evaluation(tasks, (1, 8), 0, episodes)


COMPARISON = Comparison("trained", "trained families", evaluation(0, 2, 4), evaluation(8, 6, 4))


def families(env_kwargs: Any) -> set[str]:
    rng = np.random.default_rng(0)
    source = make_source(env_kwargs["tasks"], split=env_kwargs["split"])
    return {str(source.sample(rng, env_kwargs["difficulty"]).metadata["family"]) for _ in range(400)}


def test_evaluated_sets_are_apart_from_training_and_from_each_other() -> None:
    trained, harder, transfer = (families(each.env_kwargs) for each in TASK_SETS)
    assert trained == families(TRAIN_KWARGS)
    assert TASK_SETS[0].env_kwargs["split"] == "test"
    assert len(trained) == 9
    assert trained & harder == trained & transfer == harder & transfer == set()
    seeds = [seed for each in TASK_SETS for seed in each.seeds(DemoSettings().tasks)]
    assert len(set(seeds)) == len(seeds)


def test_a_pair_of_answers_that_training_changed_is_shown() -> None:
    # Task 0: no sample solved before, all after, so its first sample changed.
    before, after = first_change(COMPARISON)
    assert (before.last["verdict"], after.last["verdict"]) == ("wrong", "solved")
    unchanged = Comparison("a", "a", evaluation(8), evaluation(8))
    assert first_change(unchanged)[0].last["verdict"] == "solved"
    text = "\n".join(transcript_lines([COMPARISON]))
    assert text.index("before: wrong") < text.index("after: solved")


def test_the_table_shows_every_set_before_and_after_with_the_paired_change() -> None:
    out = io.StringIO()
    console = Console(file=out, width=110)
    console.print(comparison_table([COMPARISON]))
    for panel in transcript_panels([COMPARISON]):
        console.print(panel)
    # pass@1: (0 + 1/4 + 1/2) / 3 = .25 before, (1 + 3/4 + 1/2) / 3 = .75 after; pass@8: 2 of 3 tasks, then all.
    for text in ("trained families", "0.25 [", "0.75 [", "+0.50 [", "0.67 [", "1.00 [", "Return x plus 8.", "before: wrong"):
        assert text in out.getvalue()


def test_intervals_are_shown_without_leading_zeros_in_their_bounds() -> None:
    assert shown(Interval(0.14, 0.08, 0.21, 0.95)) == "0.14 [.08, .21]"
    assert shown(Interval(1.0, 1.0, 1.0, 0.95)) == "1.00 [1.00, 1.00]"
    assert shown(Interval(0.06, -0.03, 0.17, 0.95), signed=True) == "+0.06 [-.03, +.17]"


def test_the_picture_is_drawn_from_the_steps_of_the_metrics_file(tmp_path: Path) -> None:
    step = {
        "reward": 0.5,
        "reward_terms/solved": 0.4,
        "frac_reward_zero_std": 0.25,
        "verdict/solved": 0.4,
        "verdict/timeout": 0.1,
    }
    rows = [{"step": 1, **step}, {"step": 2, **step, "reward": 0.7, "env/audit_score": None}, {"step": 2, "train_loss": 0.1}]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    metrics = read_metrics(tmp_path / "metrics.jsonl")
    assert [row["reward"] for row in metrics] == [0.5, 0.7]
    draw(metrics, [COMPARISON], tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_figures_are_kept_as_json_data() -> None:
    data = json.loads(json.dumps(COMPARISON.to_dict(), allow_nan=False))
    assert data["before"]["pass_at"]["1"]["mean"] == pytest.approx(0.25)
    assert data["change"]["1"]["mean"] == pytest.approx(0.5)


def test_a_second_run_removes_only_what_the_first_one_wrote(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "metrics.jsonl").write_text("{}")
    (tmp_path / "thesis.tex").write_text("mine")
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_step_is_one_line() -> None:
    out = io.StringIO()
    lines = StepLines(Console(file=out, width=110))
    state = SimpleNamespace(global_step=3, max_steps=16)
    logs = {"reward": 0.22, "env/success": 0.125, "frac_reward_zero_std": 0.25, "credit/sample_share": 0.5, "step_time": 28.8}
    lines.on_log(None, state, None, logs)
    lines.on_log(None, state, None, {"train_runtime": 70.9})
    assert out.getvalue() == (
        "  step  3/16   reward 0.22   solved 0.12   groups without variance 0.25   answers with credit 0.50   29 s\n"
    )
