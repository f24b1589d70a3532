"""`inkling bench --typing`: ghost text behind a writer who types fast, and behind one who rests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MODULE = "ui.bench_typing"
SECONDS = 60
GAP_BUDGET_MS = 16  # of the 99th percentile: a frame
FIRST_WORDS_BUDGET_MS = 100  # of the median


def measure_typing(seconds: int, model: Path, measure: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Return the figures of a window in which somebody types.

    Args:
        seconds: of typing without a rest.
        model: the folder of the causal model that writes ghost text.
        measure: runs a measuring module in a process of its own and returns the object that it prints.
    """
    return measure(MODULE, str(seconds), str(model))


def lines_about(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a table for people."""
    typing, rests = figures["typing"], figures["rests"]
    gap, first = typing["gap_ms"], rests["first_words_ms"]
    yield f"{typing['keys']} keys, 10 a second; ghost text shown {typing['shown']} times meanwhile"
    yield _line("event-loop gap, p99", gap["p99"], GAP_BUDGET_MS)
    yield f"{'event-loop gap, longest':<34}{gap['max']:>10.1f} ms"
    yield f"{rests['rests']} rests behind a word; ghost text shown behind {rests['shown']} of them"
    yield _line("first words, from the pause, p50", first["p50"], FIRST_WORDS_BUDGET_MS)
    yield f"{'first words, from the pause, p95':<34}{first['p95']:>10.1f} ms"


def _line(title: str, found: float, most: float) -> str:
    verdict = "" if found <= most else "  too much"
    return f"{title:<34}{found:>10.1f} ms of {most:g}{verdict}"
