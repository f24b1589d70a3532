"""Which tokens the rules of sampling leave, and how likely each of them is.

In numpy, which on one row costs a third of what torch does, and wakes no threads.
"""

import math
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engines.protocols import Sampling
from app.errors import InklingError

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.int64]

GROUP = 32  # scores; with it a vocabulary of 49,000 has a group for each of 1,000 candidates
FEW = 2048  # weights that are sorted sooner than counted
BUCKET_SHIFT = 18  # bits of a float32 to drop: 32 buckets from each power of two to the next
SPAN = 256  # probabilities that are drawn from as one, before one of them is


class Distribution(NamedTuple):
    """The tokens that may come next: ids, [n], in no order; probabilities, [n], which add up to 1."""

    ids: Ids
    probabilities: Floats

    def draw(self, chance: Random) -> int:
        """Return one of the ids."""
        ids, probabilities = self
        if len(ids) > SPAN:
            starts = np.arange(0, len(ids), SPAN)
            start = starts[_pick(np.add.reduceat(probabilities, starts), chance)]
            ids, probabilities = ids[start : start + SPAN], probabilities[start : start + SPAN]
        return int(ids[_pick(probabilities, chance)])


def narrow(scores: Floats, sampling: Sampling) -> Distribution:
    """Return what temperature, top-k, top-p and min-p leave, as if one came after another.

    Args:
        scores: [vocabulary], float32: logits after bans and penalty.
        sampling: the rules.

    Raises:
        InklingError: the largest score is no number.
    """
    best = float(scores.max())  # NaN where any score is
    if not math.isfinite(best):
        raise InklingError(
            "The model’s numbers make no sense, so no text can come of them.",
            "Load it again, or choose another one in Preferences.",
        )
    if not sampling.temperature:
        return Distribution(np.array([scores.argmax()]), np.ones(1))
    ids = largest(scores, sampling.top_k) if sampling.top_k else None
    weights = (scores if ids is None else scores[ids]) - best
    if sampling.temperature != 1:
        weights /= sampling.temperature
    np.exp(weights, out=weights)
    total = float(weights.sum())
    if len(weights) > FEW:
        # What cannot stay goes before anything is sorted. Min-p, though the last, asks for a share of the
        # best one's probability, whatever else is dropped. And top-p drops all weights so small that as many
        # of them as there are tokens would weigh less than what it drops.
        floor = max(sampling.min_p, total * (1 - sampling.top_p) / len(weights))
        likely = np.flatnonzero(weights >= floor)
        ids = likely if ids is None else ids[likely]
        weights = weights[likely]
    elif ids is None:
        ids = np.arange(len(weights))
    wanted = sampling.top_p * total
    if len(weights) <= FEW:
        return _head(ids, weights, wanted, sampling)
    if sampling.top_p < 1:
        kept = np.flatnonzero(_nucleus(weights, wanted))
        ids, weights = ids[kept], weights[kept]
    return Distribution(ids, weights / weights.sum())


def largest(scores: Floats, count: int) -> Ids:
    """Return the places, rising, of the `count` largest scores, and of those that equal the last of them.

    The scores, [n], are neither sorted nor partitioned whole: the maxima of groups already tell a value that
    at least `count` of them reach.
    """
    groups = len(scores) // GROUP
    if count <= groups:
        maxima = scores[: groups * GROUP].reshape(GROUP, groups).max(0)
        places = np.flatnonzero(scores >= np.partition(maxima, -count)[-count])
    else:
        places = np.arange(len(scores))
    if len(places) > count:
        values = scores[places]
        places = places[values >= np.partition(values, -count)[-count]]
    return places


def _head(ids: Ids, weights: Floats, wanted: float, sampling: Sampling) -> Distribution:
    """Return the likeliest of few tokens: as many as top-p, whose sum reaches `wanted`, and min-p leave."""
    rising = weights.argsort(kind="stable")
    count = len(rising)
    if sampling.min_p:
        count -= int(weights.searchsorted(sampling.min_p, sorter=rising))
    falling = rising[::-1]
    weights = weights[falling]
    sums = weights.cumsum(dtype=np.float64)
    if sampling.top_p < 1:
        count = min(count, int(sums.searchsorted(wanted)) + 1)
    return Distribution(ids[falling[:count]], weights[:count] / sums[count - 1])


def _nucleus(weights: Floats, wanted: float) -> NDArray[np.bool_]:
    """Return the mask of the fewest and largest of many weights whose sum reaches `wanted`.

    Nucleus sampling (Holtzman et al., 2020). A histogram over the weights' leading bits, which rise with
    them, finds the bucket on the border; that alone is sorted. Of equal weights the last stay.
    """
    buckets = weights.view(np.int32) >> BUCKET_SHIFT
    sums = np.bincount(buckets, weights).cumsum()
    spare = sums[-1] - wanted  # as much may be dropped
    border = min(int(sums.searchsorted(spare, side="right")), len(sums) - 1)
    kept = buckets > border
    places = np.flatnonzero(buckets == border)
    rising = places[weights[places].argsort(kind="stable")][:-1]  # the heaviest stays in any case
    kept[places] = True
    kept[rising] = weights[rising].cumsum(dtype=np.float64) + (sums[border - 1] if border else 0.0) > spare
    return kept


def _pick(weights: Floats, chance: Random) -> int:
    """Return the place of one of the weights, each drawn as often as it weighs."""
    cumulative = weights.cumsum(dtype=np.float64)
    return int(cumulative.searchsorted(chance.random() * cumulative[-1], side="right"))
