"""A book in the real window costs no more than it may."""

import json
from collections.abc import Callable
from pathlib import Path

from app.cli.bench_document import BUDGETS, figure, lines_about
from tests.endurance.ordinary_user import OrdinaryUser

NOISE = 2  # times the budget: the machine may have other things to do


def test_a_book_stays_fast(
    ordinary: OrdinaryUser, starter_model: Path, times: Callable[[int, int], int]
) -> None:
    words = times(100_000, 1_000_000)
    done = ordinary.python(
        *("-m", "ui", "bench", "--document", str(words), "--json", "--model", starter_model), timeout=600
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print(*lines_about(figures), sep="\n")
    assert figures["document"]["words"] == words
    assert figures["document"]["bytes"] > 4 * words
    for budget in BUDGETS:
        found = figure(figures, budget.key)
        assert found > 0, budget.title
        if words == 1_000_000:
            assert found < NOISE * budget.most, budget.title
    for strokes in figures["keystroke_ms"].values():
        assert strokes["p50"] <= strokes["p95"] <= strokes["max"]
    assert all(gap > 0 for gap in figures["gap_ms"].values())
