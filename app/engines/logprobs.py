"""What a model itself thought of the tokens that were chosen, before any rule of sampling."""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from app.engines.distribution import Floats, largest


class Weighed(NamedTuple):
    """The natural logarithm of a token's probability, and the likeliest (id, logarithm), best first."""

    logprob: float
    best: list[tuple[int, float]]


def logprobs_of(logits: torch.Tensor, chosen: Sequence[int], best: int = 0) -> list[Weighed]:
    """Return what the model thought of the chosen token of each row.

    Args:
        logits: [batch, vocabulary], float32 or bfloat16, on the CPU.
        chosen: one id per row.
        best: how many of the likeliest tokens to tell; fewer where the vocabulary is smaller.
    """
    rows = logits.log_softmax(-1, dtype=torch.float32).numpy()  # half the price of torch.logsumexp
    return [
        Weighed(float(row[token]), _likeliest(row, best)) for row, token in zip(rows, chosen, strict=True)
    ]


def _likeliest(logprobs: Floats, count: int) -> list[tuple[int, float]]:
    if not count:
        return []
    ids = largest(logprobs, count)
    ids = ids[(-logprobs[ids]).argsort(kind="stable")][:count]
    return list(zip(ids.tolist(), logprobs[ids].tolist(), strict=True))
