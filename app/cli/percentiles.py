"""Percentiles of what was measured."""

from collections.abc import Sequence
from statistics import quantiles

DIGITS = 2


def percentile(samples: Sequence[float], percent: int) -> float:
    """Return the value below which `percent` (1 to 99) of the samples lie; 0 where there are none."""
    if len(samples) < 2:
        return round(sum(samples), DIGITS)
    return round(quantiles(samples, n=100, method="inclusive")[percent - 1], DIGITS)


def gap_summary(samples: Sequence[float]) -> dict[str, float]:
    """Return the median, the 99th percentile and the longest of the gaps."""
    longest = round(max(samples, default=0.0), DIGITS)
    return {"p50": percentile(samples, 50), "p99": percentile(samples, 99), "max": longest}
