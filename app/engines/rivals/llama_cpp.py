"""llama.cpp through llama-cpp-python, which Inkling does not depend on."""

import time
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
import psutil

from app.engines.meter import Usage

CONTEXT = 2048  # tokens, more than the bench asks for


class LlamaCpp:
    """Runs a GGUF file as fast as llama.cpp does it: on every core, with flash attention.

    A step is `Llama.eval` of one token and NumPy's argmax over the logits where they lie. Calling the C
    functions without `Llama` is no faster, nor are larger batches.
    """

    def __init__(self, file: Path, device: str) -> None:
        cores = psutil.cpu_count(logical=False) or psutil.cpu_count()
        self._llama = llama_cpp.Llama(
            str(file),
            n_ctx=CONTEXT,
            n_threads=cores,
            n_threads_batch=cores,
            n_gpu_layers=0 if device == "cpu" else -1,
            flash_attn=True,
            verbose=False,
        )

    def run(self, ids: Sequence[int], new_tokens: int) -> Usage:
        """Continue the prompt by so many tokens, whatever they are."""
        self._llama.reset()
        times = []
        started = time.perf_counter()
        unread = list(ids)
        for _ in range(new_tokens):
            self._llama.eval(unread)
            unread = [self._likeliest()]
            times.append(time.perf_counter())
        return Usage.of(started, times)

    def _likeliest(self) -> int:
        logits = llama_cpp.llama_get_logits_ith(self._llama.ctx, -1)
        return int(np.ctypeslib.as_array(logits, shape=(self._llama.n_vocab(),)).argmax())
