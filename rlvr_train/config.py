"""RLVRConfig: TRL's GRPO options, with those of token credit and of environment rollouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trl import GRPOConfig

from rlvr_train.advantages import CreditSettings
from rlvr_train.ranges import check_ranges


@dataclass
class RLVRConfig(GRPOConfig):  # type: ignore[misc] # TRL is untyped at this border
    """Options of :class:`rlvr_train.RLVRTrainer`; every option of ``trl.GRPOConfig`` keeps its meaning.

    Two defaults differ from TRL's:

    - ``vllm_importance_sampling_mode="token_truncate"`` (TRL: ``"sequence_mask"``).  A sequence ratio is a product over
      tokens: with a log-prob difference between sampler and trainer of standard deviation .1 a token, sequences of 1000
      tokens keep .11 of their weight under a mask at 3, so long answers silently stop to train.  Token ratios keep it.
    - ``logging_steps=1``: a step is many programs run, so each is worth a line.

    ``max_completion_length`` is the length of one turn; an episode of several turns is bounded by ``max_episode_length``.

    Attributes:
        credit_lambda: Share of an advantage that *claimed* spans may move between tokens, in [0, 0.5].
        verified_coef: Scale of *verified* spans.  A span adds ``verified_coef * value`` in total over its tokens.
        blame_coef: Each answer with a verified failure gets ``-blame_coef`` in total over its tokens, at the place of negative
            spans (claimed or verified), or evenly without any.  Off by default: it acts on every failure, also in groups that
            the group advantage teaches already, and needs its own tuning of the step size.
        max_episode_length: Most tokens of prompt, answers and environment text together; a further turn begins only if it
            fits whole.  None: as many as the model (or ``vllm_max_model_length``) takes.
        train_tasks: Number of different seeds that one epoch goes through; each seed is one task of the environment.
    """

    vllm_importance_sampling_mode: str = field(
        default="token_truncate",
        metadata={"help": "As in TRL, but with the token form by default: a sequence mask drops long answers."},
    )
    logging_steps: float = field(default=1, metadata={"help": "Log every so many steps."})
    credit_lambda: float = field(
        default=0.5, metadata={"help": "Share of an advantage that claimed spans move between tokens, 0 to 0.5."}
    )
    verified_coef: float = field(
        default=1.0, metadata={"help": "Total that a verified span adds over its tokens, times its value."}
    )
    blame_coef: float = field(
        default=0.0, metadata={"help": "Total over its tokens that each answer with a verified failure is charged."}
    )
    max_episode_length: int | None = field(
        default=None, metadata={"help": "Most tokens of an episode, prompt included; None: what the model takes."}
    )
    train_tasks: int = field(default=4096, metadata={"help": "Number of different task seeds in an epoch."})

    def __post_init__(self) -> None:
        """Checks the options against each other.

        Raises:
            ValueError: An option is outside its range, or a combination would silently not do what it says.
        """
        check_ranges(self)
        super().__post_init__()
        if self.eval_strategy != "no":
            raise ValueError(
                f"eval_strategy must be 'no', got {self.eval_strategy!r}; use rlvr_train.evaluate, which gives intervals"
            )
        if self.credit_settings.active:
            self._refuse_sequence_level()
        self._refuse_cut_support()

    @property
    def credit_settings(self) -> CreditSettings:
        """The coefficients of token credit."""
        return CreditSettings(credit_lambda=self.credit_lambda, verified_coef=self.verified_coef, blame_coef=self.blame_coef)

    def _refuse_sequence_level(self) -> None:
        """A sequence ratio multiplies all tokens alike, so the gradient is that of the mean: credit would be averaged away."""
        remedy = "set credit_lambda=0, verified_coef=0 and blame_coef=0, or choose a token-level loss"
        if self.importance_sampling_level != "token":
            raise ValueError(
                "importance_sampling_level must be 'token' with token credit, "
                f"got {self.importance_sampling_level!r}; the sequence form averages credit over the answer: {remedy}"
            )
        if self.loss_type == "luspo":
            raise ValueError(f"loss_type must not be 'luspo' with token credit: it is made for sequence-level ratios; {remedy}")

    def _refuse_cut_support(self) -> None:
        """The sampler renormalises over what it kept, so each ratio would be off by the mass that was cut."""
        if not (self.use_vllm and self.vllm_importance_sampling_correction):
            return
        limits: tuple[tuple[str, Any, bool, str], ...] = (
            ("top_p", self.top_p, self.top_p >= 1.0, "1.0"),
            ("top_k", self.top_k, self.top_k <= 0, "0"),
            ("min_p", self.min_p, not self.min_p, "None"),
        )
        for name, value, whole, off in limits:
            if not whole:
                raise ValueError(
                    f"{name} must be {off} with vllm_importance_sampling_correction, got {value}; sampling from a part of the "
                    "vocabulary biases the correction by the mass that was cut off"
                )
