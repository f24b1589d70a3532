import json
import signal
import time
from pathlib import Path

import psutil
import pytest

from app.cli.bench import ROWS, describe_machine, table
from app.cli.bench_models import measure_generator, measure_words
from app.cli.percentiles import gap_summary, percentile
from app.engines.scripted import ScriptedEngine

AT_WORK = 0.1  # seconds of processor time


def test_percentiles() -> None:
    samples = [float(number) for number in range(1, 102)]
    assert percentile(samples, 50) == 51
    assert percentile(samples, 95) == 96
    assert percentile([3.0], 95) == 3
    assert percentile([], 95) == 0
    assert gap_summary([]) == {"p50": 0, "p99": 0, "max": 0}
    assert gap_summary([1.0, 1.0, 5.0])["max"] == 5


def test_the_models_figures() -> None:
    figures = measure_generator(ScriptedEngine(["a"] * 200, seconds_per_token=0.001))
    assert 0 < figures["decode_tokens_per_second"] <= 1000
    assert figures["first_token_ms"] >= 1
    assert figures["prefill_tokens_per_second"] > 0
    assert measure_words(ScriptedEngine(words=["wolf"])).keys() == {"p50", "p95"}


def test_the_table_shows_every_figure() -> None:
    gaps = {"p50": 1.0, "p99": 2.0, "max": 3.0}
    figures = {key: 12.5 for key, _, _ in ROWS if "." not in key}
    figures |= {
        "words_ms": {"p50": 10.0, "p95": 20.0},
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


def test_the_program_measures_the_real_window_and_the_real_models(start, starter_model: Path) -> None:
    process = start("bench", "--json", "--model", str(starter_model))
    output, error = process.communicate(timeout=170)
    assert process.returncode == 0, error
    figures = json.loads(output)
    assert figures.keys() == {
        *("window_painted_ms", "model_load_ms", "first_token_ms", "decode_tokens_per_second"),
        *("prefill_tokens_per_second", "words_ms", "event_loop_gap_ms", "peak_memory_mb", "machine"),
    }
    assert figures["words_ms"].keys() == {"p50", "p95"}
    assert figures["event_loop_gap_ms"].keys() == {"idle", "loading", "generating"}
    for gaps in figures["event_loop_gap_ms"].values():
        assert 0 < gaps["p50"] <= gaps["p99"] <= gaps["max"]
    for key in figures.keys() - {"words_ms", "event_loop_gap_ms", "machine"}:
        assert figures[key] > 0, key


def test_ctrl_c_ends_the_measuring_and_its_child(start, starter_model: Path) -> None:
    process = start("bench", "--json")
    assert "models" in process.stderr.readline()
    children = wait_for_children(process.pid)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=120)
    assert (process.returncode, output, error) == (130, "", "")
    assert not psutil.wait_procs(children, timeout=5)[1]


def wait_for_children(pid: int) -> list[psutil.Process]:
    """Return the children of a process once they are at work; one that is just starting is nobody's yet."""
    deadline = time.monotonic() + 60
    while not (children := psutil.Process(pid).children()) or children[0].cpu_times().user < AT_WORK:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return children
