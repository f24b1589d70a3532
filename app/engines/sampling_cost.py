"""What choosing a token costs, apart from any model."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
import torch

from app.engines.logprobs import logprobs_of
from app.engines.protocols import Sampling
from app.engines.sampler import Sampler
from app.engines.token_history import HISTORY

VOCABULARIES = (49_152, 151_936)  # SmolLM2's, Qwen2.5's
RUNS = 31
CACHE = 64_000_000  # bytes, more than most processors keep
FREE = Sampling(1.0, 0, 1.0, 0.0, 1.0, 0)
RULES = {
    "default": Sampling(),
    "top_k_1000": replace(Sampling(), top_k=1000),
    "no_top_k": replace(Sampling(), top_k=0),
    "only_top_p": replace(FREE, temperature=0.8, top_p=0.95),
    "only_top_p_hot": replace(FREE, temperature=2.0, top_p=0.95),
    "free": FREE,
    "greedy": Sampling.greedy(),
}


def measure_sampling(
    vocabularies: Sequence[int] = VOCABULARIES, runs: int = RUNS
) -> dict[str, dict[str, float]]:
    """Return the microseconds of a choice by vocabulary and rules, and of the log-probabilities told with it.

    Medians, behind a full history. Before each run the processor's caches are overwritten, as they are by the
    weights of a model.
    """
    return {str(size): _measure(size, runs) for size in vocabularies}


def _measure(vocabulary: int, runs: int) -> dict[str, float]:
    logits = _like_a_models(vocabulary)
    history = np.random.default_rng(1).integers(vocabulary, size=2 * HISTORY).tolist()
    choices = {name: Sampler(rules, (), [history]).choose for name, rules in RULES.items()}
    return {name: _microseconds(choose, logits, runs) for name, choose in choices.items()} | {
        "logprob": _microseconds(lambda logits: logprobs_of(logits, [0]), logits, runs),
        "logprob_and_10_best": _microseconds(lambda logits: logprobs_of(logits, [0], 10), logits, runs),
    }


def _like_a_models(vocabulary: int) -> torch.Tensor:
    """Return logits, [1, vocabulary], whose probabilities fall with their rank (Zipf-Mandelbrot, 1953).

    Exponent and shift are such that the nucleus of 0.95 holds some 40 tokens at temperature 0.8, as with the
    starter model on prose.
    """
    ranks = np.random.default_rng(1).permutation(vocabulary)
    return torch.from_numpy(-1.8 * np.log(ranks + 5)).float().unsqueeze(0)


def _microseconds(work: Callable[[torch.Tensor], object], logits: torch.Tensor, runs: int) -> float:
    cache = np.zeros(CACHE // 8)
    times = []
    for _ in range(runs):
        cache += 1
        fresh = logits.clone()  # a model has just written them
        began = time.perf_counter()
        work(fresh)
        times.append(time.perf_counter() - began)
    return round(median(times) * 1e6, 1)
