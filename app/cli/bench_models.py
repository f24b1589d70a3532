"""Measures the two models in a process of its own: `python -m app.cli.bench_models CAUSAL MASKED DEVICE`."""

import sys
import time
from collections.abc import Generator
from pathlib import Path
from statistics import median
from typing import Any, cast

from app.cli.jsonl import print_object
from app.cli.percentiles import percentile
from app.engines.meter import Meter
from app.engines.protocols import MaskFiller, Prefilled, Sampling, TextGenerator
from app.engines.registry import create_engine
from app.errors import InklingError

PARAGRAPH = (
    "The road came down from the hills in the last of the light, and the old man who walked on it had been "
    "walking since morning. He carried a lamp that he had not lit, a coat over his arm, and a letter that he "
    "knew by heart. Below him lay the harbour, the boats drawn up on the stones, and one window in which "
    "somebody had remembered to put a candle. "
)
PREFILL_PARAGRAPHS = 14  # about 1,024 tokens
DECODE_TOKENS = 64
PREFILL_RUNS = 3
WORD_RUNS = 40
WARM_UP_RUNS = 5


def main(causal: Path, masked: Path, device: str) -> None:
    """Measure both models and print one JSON object."""
    began = time.perf_counter()
    generator = cast(TextGenerator, create_engine("causal"))
    _run(generator.load(causal, device))
    load_seconds = time.perf_counter() - began
    figures = {"model_load_ms": round(load_seconds * 1000, 1), **measure_generator(generator)}
    generator.unload()
    mask_filler = cast(MaskFiller, create_engine("masked"))
    _run(mask_filler.load(masked, device))
    print_object({**figures, "words_ms": measure_words(mask_filler)})


def measure_generator(generator: TextGenerator) -> dict[str, float]:
    """Return the speeds of a loaded causal model."""
    _run(generator.generate(PARAGRAPH, Sampling.greedy(), WARM_UP_RUNS))
    meter = Meter()
    _run(meter.measure(generator.generate(f"Chapter one. {PARAGRAPH}", Sampling.greedy(), DECODE_TOKENS)))
    usage = meter.usage()
    speeds = [_prefill_speed(generator, number) for number in range(PREFILL_RUNS)]
    return {
        "first_token_ms": round(usage.first_token_seconds * 1000, 1),
        "decode_tokens_per_second": round(usage.tokens_per_second, 2),
        "prefill_tokens_per_second": round(median(speeds), 1),
    }


def measure_words(mask_filler: MaskFiller) -> dict[str, float]:
    """Return how long suggestions take, in milliseconds, with the model's whole window full."""
    text = PARAGRAPH * 4
    places = [index + 1 for index, character in enumerate(text) if character == " "][40:-40]
    times = []
    for run in range(WARM_UP_RUNS + WORD_RUNS):
        start = places[run * 7 % len(places)]
        end = text.index(" ", start)
        began = time.perf_counter()
        mask_filler.suggest(text, start, end, 8)
        times.append((time.perf_counter() - began) * 1000)
    measured = times[WARM_UP_RUNS:]
    return {"p50": percentile(measured, 50), "p95": percentile(measured, 95)}


def _prefill_speed(generator: TextGenerator, number: int) -> float:
    """Return tokens per second for a text whose beginning was not read before."""
    began = time.perf_counter()
    steps = _run(generator.prefill(f"{number} " + PARAGRAPH * PREFILL_PARAGRAPHS))
    seconds = time.perf_counter() - began
    return max(step.total for step in steps if isinstance(step, Prefilled)) / seconds


def _run(steps: Generator[Any, None, Any]) -> list[Any]:
    return list(steps)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except InklingError as error:
        sys.exit(f"{error.message} {error.hint}".rstrip())
