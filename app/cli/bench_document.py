"""`inkling bench --document`: a book in the real window, measured against what it may cost."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli.bench_prose import prose

MODULE = "ui.bench_document"
WORDS = 1_000_000


@dataclass(frozen=True)
class Budget:
    """What one figure may be at most.

    key: where it stands in the figures; of several places the worst counts.
    """

    key: str
    title: str
    unit: str
    most: float


BUDGETS = (
    Budget("open_ms.painted", "open: text painted", "ms", 3000),
    Budget("open_ms.calm", "open: window calm again", "ms", 3000),
    Budget("keystroke_ms.start.p95", "keystroke at the start, p95", "ms", 16),
    Budget("keystroke_ms.middle.p95", "keystroke in the middle, p95", "ms", 16),
    Budget("keystroke_ms.end.p95", "keystroke at the end, p95", "ms", 16),
    Budget("save_gap_ms", "save: longest event-loop gap", "ms", 50),
    Budget("memory_ratio.opened", "memory, opened", "x the text", 10),
    Budget("memory_ratio.edited", "memory, edited", "x the text", 10),
    Budget("memory_ratio.scrolled", "memory, every page seen", "x the text", 10),
    Budget("memory_ratio.saved", "memory, saved", "x the text", 10),
)


def measure_document(words: int, model: Path, measure: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Return the figures of a window with so many words in it.

    Args:
        words: of the text.
        model: the folder of the causal model that stands by.
        measure: runs a measuring module in a process of its own and returns the object that it prints.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.md"
        text = prose(words)
        file.write_text(text, encoding="utf-8", newline="\n")
        document = {"words": words, "characters": len(text), "bytes": file.stat().st_size}
        return {"document": document, **measure(MODULE, str(file), str(model))}


def figure(figures: dict[str, Any], key: str) -> float:
    """Return one figure by its key, which names the way to it."""
    value: Any = figures
    for part in key.split("."):
        value = value[part]
    return float(value)


def lines_about(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a table for people."""
    document = figures["document"]
    yield f"{document['words']:,} words, {document['bytes']:,} bytes of UTF-8"
    yield ""
    for budget in BUDGETS:
        found = figure(figures, budget.key)
        verdict = "" if found <= budget.most else "  too much"
        yield f"{budget.title:<34}{found:>10.1f} {budget.unit} of {budget.most:g}{verdict}"
    yield ""
    yield "longest event-loop gap"
    for name, gap in figures["gap_ms"].items():
        yield f"  {name:<32}{gap:>10.1f} ms"
