"""The only module that touches private names of vLLM; tested with vLLM 0.31 on a CPU.

TRL drives vLLM, on GPUs without any help from here.  On a CPU, vLLM packs linear weights after loading, so TRL's way to push new
weights, one ``load_weights`` call a parameter, meets parameters that can no longer be loaded into.  vLLM's own layerwise
``reload_weights`` unpacks, loads and packs again; :func:`mend_cpu_sync` puts it in place.

That call passes over one layer: an output head that shares the embedding's weight is never loaded by name, so its packed copy
would keep the first weights for ever.  The sampler would then drift from the trainer, slowly and without an error.  So heads
are packed again after each reload.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from rlvr_train._trl import named_weights
from rlvr_train.versions import require

#: What colocated generation on a CPU needs; a value that is set already is kept.
_CPU_ENVIRONMENT = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # the engine's weights must be in this process, where TRL reaches them
    "VLLM_CPU_KVCACHE_SPACE": "2",  # GiB; the default takes a large share of the machine's memory
}


def prepare_cpu_engine() -> None:
    """Checks the version and sets the environment for an engine in this process; call it before TRL makes the engine.

    Raises:
        MissingExtra: vLLM is not installed.
        UnsupportedVersion: The installed vLLM was not tested.
    """
    require(("vllm-cpu", "vllm"), low="0.31", high="0.32", extra="vllm-cpu")
    for name, value in {**_CPU_ENVIRONMENT, "MASTER_PORT": str(_free_port())}.items():
        os.environ.setdefault(name, value)


def require_vllm() -> None:
    """Checks that a vLLM is installed that TRL accepts.

    Raises:
        MissingExtra: It is not.
        UnsupportedVersion: It is one that TRL does not accept.
    """
    require(("vllm", "vllm-cpu"), low="0.22", high="0.32", extra="vllm")


def _free_port() -> int:
    """Returns a port that the system chose: two runs that start together would both take the first of a fixed list."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def mend_cpu_sync(generation: Any) -> None:
    """Replaces ``sync_weights`` of a ``VLLMGeneration`` in colocate mode on a CPU, for this object alone."""
    from vllm.model_executor.layers.vocab_parallel_embedding import ParallelLMHead

    def sync_weights() -> None:
        worker = generation.llm.llm_engine.model_executor.driver_worker
        worker.reload_weights(weights_iterator=named_weights(generation))
        for module in worker.get_model().modules():
            if isinstance(module, ParallelLMHead):
                module.quant_method.process_weights_after_loading(module)
        generation.llm.reset_prefix_cache()  # cached keys and values belong to the old weights

    generation.sync_weights = sync_weights
