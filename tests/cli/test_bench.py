import json
import signal
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.cli.bench import ROWS, describe_machine, table
from app.cli.bench_document import lines_about
from app.cli.bench_ghost import measure_ghost
from app.cli.bench_models import measure_choice, measure_generator, measure_reading_ahead, measure_words
from app.cli.bench_prompts import Prompts
from app.cli.percentiles import gap_summary, percentile
from app.engines.prompts import Prompt
from app.engines.protocols import Checked, NextWord, Prefilled
from app.engines.scripted import ScriptedEngine

AT_WORK = 0.1  # seconds of processor time
LONGEST_S = 600  # that a slow machine takes to measure itself


def test_percentiles() -> None:
    samples = [float(number) for number in range(1, 102)]
    assert percentile(samples, 50) == 51
    assert percentile(samples, 95) == 96
    assert percentile([3.0], 95) == 3
    assert percentile([], 95) == 0
    assert gap_summary([]) == {"p50": 0, "p99": 0, "max": 0}
    assert gap_summary([1.0, 1.0, 5.0])["max"] == 5


def test_the_models_figures(word_model: Path) -> None:
    engine, prompts = ScriptedEngine(["a"] * 200, seconds_per_token=0.001), Prompts(word_model)
    figures = measure_generator(engine, prompts, 200)
    assert 0 < figures["decode_tokens_per_second"] <= 1000
    assert figures["first_token_ms"] >= 1
    assert figures["prefill_tokens_per_second"] > 0
    ahead = measure_reading_ahead(engine, prompts, 200)
    assert {key: set(figures) for key, figures in ahead.items()} == {
        "warm_first_token_ms": {"100", "200"},
        "warm_first_token_steps": {"100", "200"},
    }
    assert ahead["warm_first_token_ms"]["100"] >= 1
    assert measure_words(ScriptedEngine(words=["wolf"])).keys() == {"p50", "p95"}


def test_the_first_ghost_words_are_timed_and_nothing_behind_them() -> None:
    asked = []

    class Counting(ScriptedEngine):
        def next_words(
            self, prompt: Prompt, count: int
        ) -> Generator[Prefilled | Checked, None, list[NextWord]]:
            asked.append(prompt)
            return super().next_words(prompt, count)

    figures = measure_ghost(Counting(next_words=[NextWord("sure", 0.0)]))
    assert 0 < figures["p50"] <= figures["p95"]
    assert len(asked) == len(set(asked)) > 20


def test_choosing_a_token_is_told_as_a_part_of_the_step() -> None:
    slow, fast = (measure_choice(500, speed) for speed in (1.0, 1000.0))
    assert slow.keys() == fast.keys() == {"default", "greedy", "logprob"}
    assert 0 < slow["default"] < fast["default"]


def test_the_table_shows_every_figure() -> None:
    gaps = {"p50": 1.0, "p99": 2.0, "max": 3.0}
    figures = {key: 12.5 for key, _, _ in ROWS if "." not in key}
    figures |= {
        "words_ms": {"p50": 10.0, "p95": 20.0},
        "ghost_ms": {"p50": 30.0, "p95": 40.0},
        "warm_first_token_ms": {"100": 9.1, "1000": 10.2},
        "sampling_percent": {"default": 2.5, "greedy": 0.5},
        "event_loop_gap_ms": {"idle": gaps, "loading": gaps, "generating": gaps},
        "machine": describe_machine(),
    }
    lines = list(table(figures))
    assert len(lines) == len(ROWS) + 4
    for _, title, _ in ROWS:
        assert any(line.startswith(title) for line in lines)


@pytest.mark.parametrize("key", ["cores", "memory_mb", "processor", "python", "torch", "pyside", "platform"])
def test_the_machine_is_described(key: str) -> None:
    assert describe_machine()[key]


@pytest.mark.timeout(LONGEST_S + 60)
def test_the_program_measures_the_real_window_and_the_real_models(start, starter_model: Path) -> None:
    process = start("bench", "--json", "--model", str(starter_model))
    output, error = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 0, error
    figures = json.loads(output)
    assert figures.keys() == {
        *("window_painted_ms", "model_load_ms", "first_token_ms", "decode_tokens_per_second"),
        *("warm_first_token_ms", "warm_first_token_steps", "sampling_percent", "model_memory_mb", "ghost_ms"),
        *("prefill_tokens_per_second", "words_ms", "event_loop_gap_ms", "peak_memory_mb", "machine"),
    }
    assert figures["words_ms"].keys() == figures["ghost_ms"].keys() == {"p50", "p95"}
    assert figures["event_loop_gap_ms"].keys() == {"idle", "loading", "generating"}
    for gaps in figures["event_loop_gap_ms"].values():
        assert 0 < gaps["p50"] <= gaps["p99"] <= gaps["max"]
    for key in ("warm_first_token_ms", "warm_first_token_steps"):
        assert figures[key].keys() == {"100", "1000", "4000"}
    assert figures["model_memory_mb"].keys() == {"before", "steady", "peak", "unloaded"}
    for key in figures.keys() - {"machine"}:
        assert all(value > 0 for value in numbers_in(figures[key])), key


def numbers_in(figure: Any) -> list[float]:
    """Return the numbers of a figure, however deep they lie."""
    return (
        [each for part in figure.values() for each in numbers_in(part)]
        if isinstance(figure, dict)
        else [figure]
    )


def test_ctrl_c_ends_the_measuring_and_its_child(start, starter_model: Path) -> None:
    process = start("bench", "--json")
    assert "models" in process.stderr.readline()
    children = wait_for_children(process.pid)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=120)
    assert (process.returncode, output, error) == (130, "", "")
    assert not psutil.wait_procs(children, timeout=60)[1]


def wait_for_children(pid: int) -> list[psutil.Process]:
    """Return the children of a process once they are at work; one that is just starting is nobody's yet."""
    deadline = time.monotonic() + 60
    while not (children := psutil.Process(pid).children()) or children[0].cpu_times().user < AT_WORK:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return children


def test_the_table_of_a_book_says_what_is_too_much() -> None:
    strokes = {"p50": 1.0, "p95": 17.0, "max": 20.0, "longest_gap": 21.0}
    figures = {
        "document": {"words": 1000, "characters": 5000, "bytes": 5100},
        "open_ms": {"painted": 100.0, "calm": 200.0, "longest_gap": 50.0},
        "keystroke_ms": {"start": strokes, "middle": strokes | {"p95": 16.0}, "end": strokes},
        "save_gap_ms": 49.9,
        "memory_ratio": {"opened": 4.0, "edited": 5.0, "scrolled": 10.1, "saved": 6.0},
        "gap_ms": {"undo": 12.3},
    }
    lines = list(lines_about(figures))
    assert [line.split("  ")[0] for line in lines if line.endswith("too much")] == [
        "keystroke at the start, p95",
        "keystroke at the end, p95",
        "memory, every page seen",
    ]
    assert lines[-1].split() == ["undo", "12.3", "ms"]
