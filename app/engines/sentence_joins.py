"""Whether sentences follow from one another, by the next-sentence head of BERT (Devlin et al., 2019)."""

from collections.abc import Generator, Sequence
from itertools import pairwise

import torch

from app.engines import devices
from app.engines.masked_model import MaskedModel
from app.engines.protocols import Checked
from app.errors import InklingError

WINDOW = 128  # tokens of a pair with its frame
BATCH = 2  # pairs that are read together; more are little faster, and words for a word wait for a batch

Pair = tuple[list[int], list[int]]


def read_joins(masked: MaskedModel, sentences: Sequence[str]) -> Generator[Checked, None, list[float]]:
    """See `MaskFiller.read_joins`.

    Each sentence is read with the one before it and nothing else: more of the text around them makes the
    model less sure, in both directions.
    """
    if not masked.reads_pairs:
        raise InklingError(
            "The model that finds words was not trained to tell how sentences follow one another.",
            "Choose word-mini in Preferences, under Models.",
        )
    joins = list(pairwise(sentences))
    probabilities: list[float] = []
    for begin in range(0, len(joins), BATCH):
        with torch.inference_mode(), devices.memory_errors_in_words():
            pairs = [_pair(masked, before, after) for before, after in joins[begin : begin + BATCH]]
            probabilities += masked.read_pairs(pairs).tolist()
        yield Checked(len(probabilities), len(joins))
    return probabilities


def _pair(masked: MaskedModel, before: str, after: str) -> Pair:
    """Return the ids of two sentences, cut to the window where they do not touch."""
    begin, end = masked.frame
    room = min(WINDOW, masked.model.config.max_position_embeddings) - len(begin) - 2 * len(end)
    first: list[int] = masked.encode(before).ids
    second: list[int] = masked.encode(after).ids
    second = second[: max(room - len(first), room // 2)]
    return first[len(first) - min(len(first), room - len(second)) :], second
