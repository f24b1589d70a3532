"""Measures the two models in a process of its own: `python -m app.cli.bench_models CAUSAL MASKED DEVICE`."""

import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, cast

from app.cli.bench_ghost import measure_ghost
from app.cli.bench_prompts import Prompts
from app.cli.bench_prose import PARAGRAPH
from app.cli.bench_steps import finish
from app.cli.bench_warm import contexts_within, measure_warm
from app.cli.jsonl import print_object
from app.cli.memory import peak_memory, resident_memory
from app.cli.percentiles import percentile
from app.engines.context_window import prompt_room
from app.engines.meter import Meter
from app.engines.protocols import MaskFiller, Sampling, TextGenerator
from app.engines.registry import create_engine
from app.errors import InklingError

PREFILL_TOKENS = 1024
DECODE_TOKENS = 64
PREFILL_RUNS = 3
SAMPLING_RUNS = 11
WORD_RUNS = 40
WARM_UP_RUNS = 5


def main(causal: Path, masked: Path, device: str) -> None:
    """Measure both models and print one JSON object."""
    began = time.perf_counter()
    generator = cast(TextGenerator, create_engine("causal"))
    before = resident_memory()
    description = finish(generator.load(causal, device))
    load_seconds = time.perf_counter() - began
    prompts, room = Prompts(causal), prompt_room(description.context_length)
    figures: dict[str, Any] = {
        "model_load_ms": round(load_seconds * 1000, 1),
        **measure_generator(generator, prompts, room),
    }
    steady = resident_memory()
    figures |= measure_reading_ahead(generator, prompts, room)
    figures["ghost_ms"] = measure_ghost(generator)
    peak = peak_memory()
    generator.unload()
    memory = {"before": before, "steady": steady, "peak": peak, "unloaded": resident_memory()}
    speed = figures["decode_tokens_per_second"]
    mask_filler = cast(MaskFiller, create_engine("masked"))
    finish(mask_filler.load(masked, device))
    print_object(
        {
            **figures,
            "model_memory_mb": memory,
            "sampling_percent": measure_choice(prompts.vocabulary, speed),
            "words_ms": measure_words(mask_filler),
        }
    )


def measure_generator(generator: TextGenerator, prompts: Prompts, room: int) -> dict[str, float]:
    """Return the speeds of a loaded causal model, which reads at most `room` tokens of a prompt."""
    finish(generator.generate(PARAGRAPH, Sampling.greedy(), WARM_UP_RUNS))
    meter = Meter()
    finish(meter.measure(generator.generate(f"Chapter one. {PARAGRAPH}", Sampling.greedy(), DECODE_TOKENS)))
    usage = meter.usage()
    unread = [prompts.make(number, min(PREFILL_TOKENS, room)).text for number in range(PREFILL_RUNS)]
    speeds = [_prefill_speed(generator, text) for text in unread]
    return {
        "first_token_ms": round(usage.first_token_seconds * 1000, 1),
        "decode_tokens_per_second": round(usage.tokens_per_second, 2),
        "prefill_tokens_per_second": round(median(speeds), 1),
    }


def measure_reading_ahead(
    generator: TextGenerator, prompts: Prompts, room: int
) -> dict[str, dict[str, float]]:
    """Return how long the first token takes where the text was read before, by its length in tokens."""
    figures = {
        str(length): measure_warm(generator, prompts.make(length, length).text)
        for length in contexts_within(room)
    }
    return {
        f"warm_first_token_{unit}": {length: figure[unit] for length, figure in figures.items()}
        for unit in ("ms", "steps")
    }


def measure_choice(vocabulary: int, tokens_per_second: float) -> dict[str, float]:
    """Return what part of a decode step goes into choosing its token, by the rules, and its log-probability.

    Args:
        vocabulary: tokens.
        tokens_per_second: how fast the model decodes, that part included.

    Returns:
        Percent of a step.
    """
    from app.engines.sampling_cost import measure_sampling  # not before the cores are set: it imports torch

    microseconds = measure_sampling([vocabulary], SAMPLING_RUNS)[str(vocabulary)]
    return {
        what: round(microseconds[what] * tokens_per_second / 1e4, 2)
        for what in ("default", "greedy", "logprob")
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


def _prefill_speed(generator: TextGenerator, text: str) -> float:
    """Return tokens per second for a text whose beginning was not read before."""
    began = time.perf_counter()
    steps = list(generator.prefill(text))
    seconds = time.perf_counter() - began
    return max(step.total for step in steps) / seconds


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except InklingError as error:
        sys.exit(f"{error.message} {error.hint}".rstrip())
