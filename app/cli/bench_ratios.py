"""From many runs of several engines to a few figures and their ratios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from app.cli.jsonl import Entry

TRANSFORMERS = "transformers bfloat16"
LLAMA_CPP = "llama.cpp"
RIVALS = {"transformers": TRANSFORMERS, "llama_cpp": LLAMA_CPP}


@dataclass(frozen=True, slots=True)
class Run:
    """A prompt was read and continued.

    prompt_tokens: its length. first_token_seconds: from the request to the first token.
    tokens_per_second: of the steps behind the first; 0 where there were none.
    """

    prompt_tokens: int
    first_token_seconds: float
    tokens_per_second: float


def summarise(runs: Mapping[int, Sequence[Run]], paragraph: int) -> Entry:
    """Return the medians of an engine's runs.

    Args:
        runs: by the length of the prompt, in tokens.
        paragraph: the length at which the first token is told; what was decoded behind it does not count.
    """
    contexts = [length for length in runs if length != paragraph] or [paragraph]
    prefill = [run.prompt_tokens / run.first_token_seconds for run in runs[max(runs)]]
    return {
        "decode_tokens_per_second": {
            str(context): round(_median(run.tokens_per_second for run in runs[context]), 2)
            for context in sorted(contexts)
        },
        "prefill_tokens_per_second": round(_median(prefill), 1),
        "first_token_ms": round(_median(run.first_token_seconds for run in runs[paragraph]) * 1000, 1),
    }


def ratios_of(figures: Mapping[str, Entry], default: str) -> dict[str, float | None]:
    """Return how many times as fast `default` is as its rivals, None where one is missing.

    Decoding is compared at every context; the smallest ratio counts.
    """
    ratios: dict[str, float | None] = {}
    for key, name in RIVALS.items():
        decode = decode_ratios(figures, default, name).values()
        known = [ratio for ratio in decode if ratio is not None]
        ratios[f"decode_vs_{key}"] = min(known, default=None)
        ratios[f"prefill_vs_{key}"] = prefill_ratio(figures, default, name)
    return ratios


def decode_ratios(figures: Mapping[str, Entry | None], one: str, other: str) -> dict[str, float | None]:
    """Return how many times as fast `one` decodes as `other`, by the length of the context."""
    ours, theirs = figures.get(one), figures.get(other)
    if ours is None or theirs is None:
        return {}
    speeds = theirs["decode_tokens_per_second"]
    return {
        context: _quotient(speed, speeds[context])
        for context, speed in ours["decode_tokens_per_second"].items()
    }


def prefill_ratio(figures: Mapping[str, Entry | None], one: str, other: str) -> float | None:
    """Return how many times as fast `one` reads a prompt as `other`."""
    ours, theirs = figures.get(one), figures.get(other)
    if ours is None or theirs is None:
        return None
    return _quotient(ours["prefill_tokens_per_second"], theirs["prefill_tokens_per_second"])


def _median(values: Iterable[float]) -> float:
    """Return the median of what was measured; 0 where nothing was."""
    measured = [value for value in values if value]
    return median(measured) if measured else 0.0


def _quotient(one: float, other: float) -> float | None:
    return round(one / other, 2) if one and other else None
