"""How long Continue takes to its first token where the text was read ahead, as in a writer's pause."""

from statistics import median

from app.cli.bench_steps import finish
from app.engines.meter import Meter
from app.engines.protocols import Sampling, TextGenerator

CONTEXTS = (100, 1000, 4000)  # tokens
RUNS = 5
STEPS = 16  # behind the first token, to tell what a step takes there


def contexts_within(room: int) -> list[int]:
    """Return the lengths at which this is measured, cut to what the model has room for; all in tokens."""
    return sorted({min(length, room) for length in CONTEXTS})


def measure_warm(generator: TextGenerator, text: str) -> dict[str, float]:
    """Return the median time from the request to its first token, in milliseconds and in decode steps there.

    Each run reads ahead anew; what a run wrote is gone again by then, as if the writer had undone it.
    """
    usages = []
    for seed in range(RUNS):
        finish(generator.prefill(text))
        meter = Meter()
        finish(meter.measure(generator.generate(text, Sampling(seed=seed), STEPS + 1)))
        usages.append(meter.usage())
    return {
        "ms": round(median(usage.first_token_seconds for usage in usages) * 1000, 1),
        "steps": round(median(usage.first_token_seconds * usage.tokens_per_second for usage in usages), 2),
    }
