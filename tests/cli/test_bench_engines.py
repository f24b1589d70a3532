"""Engines beside one another: by turns, each in a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.cli.bench_child import MeasuredEngine
from app.cli.bench_engines import compare, take_turns, warm_up, why_no_llama_cpp
from app.cli.bench_engines_table import lines_about
from app.cli.bench_ratios import LLAMA_CPP, TRANSFORMERS
from app.errors import InklingError
from tests.engines import tiny_models

LONGEST_S = 600  # that a slow machine takes to measure itself


class Recorder:
    """Notes what it is asked in a list that all share."""

    def __init__(self, name: str, log: list[tuple[str, str, int]]) -> None:
        self._name = name
        self._log = log

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        self._log.append((self._name, order.get("text", ""), order.get("new_tokens", 0)))
        return {"first_token_seconds": 0.5, "tokens_per_second": 20.0, "resident": len(self._log)}


@pytest.fixture
def make_prompt() -> Callable[[int], dict[str, Any]]:
    numbers = iter(range(1, 100))
    return lambda tokens: {"text": f"{next(numbers)} of {tokens}", "ids": [0] * tokens}


@pytest.fixture(scope="module")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.CAUSAL["llama"](tmp_path_factory.mktemp("models") / "llama")


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_engines_take_turns_at_the_same_prompts(make_prompt: Callable[[int], dict[str, Any]]) -> None:
    log: list[tuple[str, str, int]] = []
    engines = {"ours": Recorder("ours", log), "theirs": Recorder("theirs", log)}
    runs = take_turns(engines, {8: 1, 64: 32}, 2, make_prompt, lambda line: None, rest=0)
    measured = [(name, text) for name, text, tokens in log if tokens in (1, 32)]
    first, second = [("1 of 8"), ("2 of 64")], ["4 of 8", "5 of 64"]
    assert measured == [(name, text) for texts in (first, second) for name in engines for text in texts]
    assert [tokens for _, text, tokens in log if text.endswith("of 64")] == [32] * 4
    waking = [(name, text) for name, text, tokens in log if tokens not in (1, 32)]
    assert waking == [(name, text) for text in ("3 of 8", "6 of 8") for name in engines]
    assert {name: {length: len(each) for length, each in found.items()} for name, found in runs.items()} == {
        "ours": {8: 2, 64: 2},
        "theirs": {8: 2, 64: 2},
    }
    assert runs["ours"][64][0].prompt_tokens == 64


def test_the_steady_memory_is_that_behind_a_generation() -> None:
    log: list[tuple[str, str, int]] = []
    engines = {"ours": Recorder("ours", log), "theirs": Recorder("theirs", log)}
    assert warm_up(engines, {"text": "prose", "ids": [0]}) == {"ours": 2, "theirs": 4}


def test_every_engine_is_measured_with_a_real_model(tiny_llama: Path, one_thread: None) -> None:
    told: list[str] = []
    found = compare(tiny_llama, None, "cpu", 1, told.append)
    assert set(found["engines"]) >= {found["default_engine"], "bfloat16", TRANSFORMERS, LLAMA_CPP}
    assert found["engines"][LLAMA_CPP] is None
    for name, figures in found["engines"].items():
        if figures is None:
            continue
        assert figures["decode_tokens_per_second"].keys() == {"64", "300"}, name
        assert all(speed > 0 for speed in figures["decode_tokens_per_second"].values()), name
        assert figures["prefill_tokens_per_second"] > 0
        assert figures["first_token_ms"] > 0
        assert 0 < figures["memory_mb"]["steady"] <= figures["memory_mb"]["peak"]
        assert ("warm_first_token" in figures) == (name != TRANSFORMERS)
    ours = found["engines"][found["default_engine"]]
    assert ours["warm_first_token"].keys() == {"100", "300"}
    assert ours["memory_mb"].keys() == {"steady", "peak", "before", "unloaded"}
    ratios = found["ratios"]
    assert [key for key, ratio in ratios.items() if ratio is None] == [
        "decode_vs_llama_cpp",
        "prefill_vs_llama_cpp",
    ]
    assert ratios["decode_vs_transformers"] > 0
    assert sum(line.startswith("Measuring the engines") for line in told) == 1
    table = "\n".join(lines_about(found))
    assert table.count("llama.cpp") == 1
    assert found["left_out"][LLAMA_CPP] in table


def test_a_missing_llama_cpp_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    assert "llama-cpp-python is not installed" in why_no_llama_cpp(tmp_path / "model.gguf")


def test_llama_cpp_needs_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "llama_cpp.py").touch()
    monkeypatch.delitem(sys.modules, "llama_cpp", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert "no GGUF file" in why_no_llama_cpp(None)
    assert not why_no_llama_cpp(tmp_path / "model.gguf")


def test_an_engine_that_cannot_load_says_why_in_a_sentence(tmp_path: Path, one_thread: None) -> None:
    before = psutil.Process().children()
    with pytest.raises(InklingError) as caught:
        MeasuredEngine("int8", "ours", str(tmp_path), "cpu", "int8")
    assert caught.value.message.startswith("The engine int8 could not be measured: ")
    assert "tokenizer" in caught.value.message
    assert "\n" not in caught.value.message
    assert psutil.Process().children() == before


@pytest.fixture
def engine(tiny_llama: Path, one_thread: None) -> Iterator[MeasuredEngine]:
    engine = MeasuredEngine("ours", "ours", str(tiny_llama), "cpu", "float32")
    yield engine
    engine.close()


def test_a_child_makes_prompts_and_measures(engine: MeasuredEngine) -> None:
    assert engine.description == {"precision": "float32", "room": 300}
    one, other = (engine.ask("prompt", number=number, tokens=50) for number in (1, 2))
    assert one["text"] != other["text"]
    assert 35 < len(one["ids"]) <= 50  # a tokenizer of 600 tokens cuts words into many
    usage = engine.ask("run", **one, new_tokens=4)
    assert 1 <= usage["tokens"] <= 4
    assert usage["first_token_seconds"] > 0
    assert engine.ask("warm", **one).keys() == {"ms", "steps"}
    memory, unloaded = engine.ask("memory"), engine.ask("unload")
    assert memory["resident"] <= memory["peak"]
    assert 0 < unloaded["before"] < memory["peak"]


def test_a_child_that_fails_at_work_is_told(engine: MeasuredEngine) -> None:
    with pytest.raises(InklingError, match=r"could not be measured: .*dance"):
        engine.ask("dance")
    with pytest.raises(InklingError, match="could not be measured"):
        engine.ask("memory")


@pytest.mark.timeout(LONGEST_S + 60)
def test_the_program_adds_engines_and_ratios_to_what_it_measures(
    start: Callable[..., subprocess.Popen[str]], tiny_llama: Path, one_thread: None
) -> None:
    process = start("bench", "--json", "--engine", "all", "--rounds", "1", "--model", str(tiny_llama))
    output, error = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 0, error
    found = json.loads(output)
    assert found.keys() > {"engines", "ratios", "event_loop_gap_ms", "words_ms", "machine"}
    assert found["engines"][TRANSFORMERS]["prefill_tokens_per_second"] > 0
    assert found["ratios"].keys() == {
        f"{what}_vs_{rival}" for what in ("decode", "prefill") for rival in ("transformers", "llama_cpp")
    }


def test_ctrl_c_ends_every_engine(tiny_llama: Path, one_thread: None) -> None:
    code = (
        "import sys; from pathlib import Path; from app.cli.bench_engines import compare\n"
        "compare(Path(sys.argv[1]), None, 'cpu', 1000, lambda line: print(line, flush=True))"
    )
    command = [sys.executable, "-c", code, str(tiny_llama)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "round 2" not in process.stdout.readline():
        assert process.poll() is None
    children = psutil.Process(process.pid).children()
    assert len(children) >= 2
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode
    assert not psutil.wait_procs(children, timeout=60)[1]
