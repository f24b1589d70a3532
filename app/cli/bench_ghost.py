"""How long ghost text takes to its first words where the text was read ahead, as in a writer's pause."""

import time

from app.assist.ghost_draft import draft
from app.cli.bench_prose import PARAGRAPH
from app.cli.bench_steps import finish
from app.cli.percentiles import percentile
from app.engines.protocols import TextGenerator

REPEATED = 3  # a text that repeats itself is sure how it goes on, so that there is something to show
RUNS = 30
WARM_UP_RUNS = 3


def measure_ghost(generator: TextGenerator) -> dict[str, float]:
    """Return the time from the request to the first words, or to silence, in milliseconds."""
    text = PARAGRAPH * REPEATED
    spaces = [place + 1 for place, character in enumerate(text) if character == " "]
    times = []
    for place in spaces[-(RUNS + WARM_UP_RUNS) :]:
        prompt = text[:place]
        finish(generator.prefill(prompt))
        times.append(_to_first_words(generator, prompt))
    measured = times[WARM_UP_RUNS:]
    return {"p50": percentile(measured, 50), "p95": percentile(measured, 95)}


def _to_first_words(generator: TextGenerator, prompt: str) -> float:
    """Return milliseconds."""
    began = time.perf_counter()
    steps = draft(generator, None, prompt, "", often=1.0)
    for step in steps:
        if isinstance(step, str):
            break
    taken = time.perf_counter() - began
    steps.close()
    return taken * 1000
