"""Which tokens the rules of sampling leave, and how likely each of them is.

In numpy, which on one row costs a third of what torch does, and wakes no threads.
"""

import math
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
    """The tokens that may come next: ids, [n], rising; probabilities, [n], which add up to 1."""

    ids: Ids
    probabilities: Floats

    def draw(self, generator: np.random.Generator) -> int:
        """Return one of the ids."""
        starts = np.arange(0, len(self.ids), SPAN)
        start = starts[_pick(np.add.reduceat(self.probabilities, starts), generator)]
        return int(self.ids[start + _pick(self.probabilities[start : start + SPAN], generator)])


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
            "The model's numbers make no sense, so no text can come of them.",
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
    # What cannot stay goes before anything is ordered. Min-p, though the last, asks for a share of the best
    # one's probability whatever else is dropped. And top-p drops all weights of which as many as there are
    # tokens would be less than it drops together.
    floor = max(sampling.min_p, total * (1 - sampling.top_p) / len(weights))
    likely = np.flatnonzero(weights >= floor)
    ids = likely if ids is None else ids[likely]
    weights = weights[likely]
    if sampling.top_p < 1:
        kept = np.flatnonzero(_nucleus(weights, sampling.top_p * total))
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


def _nucleus(weights: Floats, wanted: float) -> NDArray[np.bool_]:
    """Return the mask of the fewest and largest weights whose sum reaches `wanted`.

    Nucleus sampling (Holtzman et al., 2020). Of many, a histogram over the weights' leading bits, which rise
    with them, finds the bucket on the border, and that alone is sorted.
    """
    spare = float(weights.sum()) - wanted  # as much may be dropped
    if len(weights) <= FEW:
        return _without_lightest(weights, spare)
    buckets = weights.view(np.int32) >> BUCKET_SHIFT
    sums = np.bincount(buckets, weights).cumsum()
    border = min(int(sums.searchsorted(spare, side="right")), len(sums) - 1)
    kept = buckets > border
    at_border = np.flatnonzero(buckets == border)
    below = sums[border - 1] if border else 0.0
    kept[at_border] = _without_lightest(weights[at_border], spare - below)
    return kept


def _without_lightest(weights: Floats, spare: float) -> NDArray[np.bool_]:
    """Return the mask of what is left without the lightest that together stay within `spare`.

    The heaviest always is. Of equal weights the last are.
    """
    rising = weights.argsort(kind="stable")
    kept = np.ones(len(weights), dtype=np.bool_)
    kept[rising[:-1]] = weights[rising[:-1]].cumsum(dtype=np.float64) > spare
    return kept


def _pick(weights: Floats, generator: np.random.Generator) -> int:
    """Return the place of one of the weights, each drawn as often as it weighs."""
    cumulative = weights.cumsum(dtype=np.float64)
    return int(cumulative.searchsorted(generator.random() * cumulative[-1], side="right"))
