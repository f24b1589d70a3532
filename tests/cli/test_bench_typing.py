import json
from pathlib import Path

from app.cli.bench_typing import lines_about
from app.cli.main import main

FIGURES = {
    "typing": {"keys": 600, "shown": 7, "gap_ms": {"p50": 1.0, "p99": 16.1, "max": 30.0}},
    "rests": {"rests": 30, "shown": 12, "first_words_ms": {"p50": 99.0, "p95": 140.0}},
}


def test_the_table_says_what_is_too_much() -> None:
    lines = list(lines_about(FIGURES))
    assert [line.split("  ")[0] for line in lines if line.endswith("too much")] == ["event-loop gap, p99"]
    assert "shown 7 times" in lines[0]
    assert "shown behind 12" in lines[3]


def test_the_window_is_measured_with_the_real_model(starter_model: Path, capsys) -> None:
    assert main(["bench", "--typing", "--seconds", "1", "--json", "--model", str(starter_model)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["typing"]["keys"] == 10
    assert figures["typing"]["gap_ms"]["p99"] > 0
    assert figures["rests"]["shown"] <= figures["rests"]["rests"]
    assert figures["machine"]["cores"]
