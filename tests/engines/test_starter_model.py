"""The starter model in the engine: words that are healed, what loading imports, and memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from decoder_runs import opened, said, transformers_says
from engine_runs import GREEDY, load, run, text
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assist.context import build_context
from app.document.notes import Notes
from app.engines import devices
from app.engines.prompts import Feed, Passage
from app.engines.protocols import Prefilled
from app.engines.tokenizer_loading import load_tokenizer
from app.engines.torch_causal import TorchCausalEngine

PASSAGE = (
    "The old lighthouse keeper climbed the stairs, as he had every night since the war, and found the lamp "
    "already lit. He had never told her that the house was on the list, and now it was too late for that."
)
BF16_MEAN = 0.08  # mean difference of log-probabilities from float32's; measured: 0.049, transformers' 0.054
WEIGHTS = 80e6  # bytes that unloading gives back at least; the starter's four bits are 95 MB
GROWTH = 1.05  # of memory, over twenty changes of the model


@pytest.fixture(scope="module")
def engine(starter_model: Path) -> TorchCausalEngine:
    engine = TorchCausalEngine()
    load(engine, starter_model)
    return engine


def test_it_says_what_transformers_says(starter_model: Path) -> None:
    ids = load_tokenizer(starter_model).encode(PASSAGE).ids
    expected = transformers_says(starter_model, ids, torch.float32)
    exact = said(opened(starter_model), ids, 20)
    torch.testing.assert_close(exact, expected, atol=1e-3, rtol=0)
    found = said(opened(starter_model, "bfloat16"), ids, 20)
    assert (found - expected).abs().mean() < BF16_MEAN
    assert (found.argmax(-1) == expected.argmax(-1)).float().mean() > 0.9


@pytest.mark.parametrize(
    ("page", "rest"),
    [
        ("The old lighthouse kee", "per"),
        ("The old lighthouse keeper climbed the st", "airs"),
        ("Once upon a ti", "me"),
        ("Once upon a", " time"),
        ("Once upon a ", "time"),
        ("He opened the door and looked out of the win", "dow"),
    ],
)
def test_a_word_is_written_on_from_where_it_was_broken_off(
    engine: TorchCausalEngine, page: str, rest: str
) -> None:
    assert text(engine, page, length=3).startswith(rest)


@settings(deadline=None, max_examples=15)
@given(cut=st.integers(0, len(PASSAGE)))
def test_wherever_the_page_ends_the_text_goes_on_from_there(engine: TorchCausalEngine, cut: int) -> None:
    """Encoded together, page and continuation are one text: no doubled space, no letter twice."""
    page = PASSAGE[:cut]
    new = text(engine, page, length=5)
    assert new
    assert not (page.endswith(" ") and new.startswith(" "))
    assert "\ufffd" not in new


def test_a_warm_prompt_goes_through_the_model_no_more(
    engine: TorchCausalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[int] = []
    model = engine._loaded.model.model
    read = model.read
    monkeypatch.setattr(
        model, "read", lambda ids, logits_of: (passes.append(len(ids)), read(ids, logits_of))[1]
    )
    page = "The old lighthouse keeper climbed the stairs"
    run(engine.prefill(page))
    passes.clear()
    assert not isinstance(next(engine.generate(page, GREEDY, 5)), Prefilled)
    assert passes == []
    run(engine.prefill(page))
    passes.clear()
    run(engine.prefill(page + " and looked out"))
    assert passes == [3]


def test_without_packed_products_the_weights_stay_plain(
    starter_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "can_multiply_packed", lambda: False)
    engine = TorchCausalEngine()
    for wish in ("auto", "int8", "int4"):
        plain = str(devices.choose_precision(torch.device("cpu"))).removeprefix("torch.")
        assert load(engine, starter_model, wish).precision == plain
    assert text(engine, "Once upon a", length=1) == " time"


@pytest.mark.skipif(not devices.can_multiply_packed(), reason="this processor has no packed products")
@pytest.mark.parametrize(("wish", "precision"), [("auto", "int4"), ("int8", "int8"), ("bfloat16",) * 2])
def test_it_is_loaded_as_wished(starter_model: Path, wish: str, precision: str) -> None:
    engine = TorchCausalEngine()
    assert load(engine, starter_model, wish).precision == precision
    assert text(engine, "Once upon a", length=1) == " time"


PREAMBLE = """
import json, sys
from pathlib import Path
import psutil
from app.engines.protocols import Sampling
from app.engines.registry import create_engine

def run(steps):
    for _ in steps:
        pass

def write(engine, folder, precision):
    run(engine.load(Path(folder), "cpu", precision))
    run(engine.generate("Once upon a", Sampling.greedy(), 8))

engine = create_engine("causal")
folder, other = sys.argv[1:]
"""


def in_a_process_of_its_own(script: str, *folders: Path) -> object:
    """Run a script behind the preamble and return what it prints, which is JSON."""
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + script, *map(str, folders)],
        capture_output=True, check=True, text=True, timeout=280,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_neither_loading_nor_writing_imports_transformers(starter_model: Path) -> None:
    script = """
write(engine, folder, "auto")
heavy = ("transformers", "torch._dynamo", "torch._inductor", "accelerate", "sympy")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
    assert in_a_process_of_its_own(script, starter_model, starter_model) == []


def test_changing_models_twenty_times_costs_no_memory(
    starter_model: Path, tiny_model: Callable[[str], Path]
) -> None:
    script = """
told = []
for _ in range(21):
    write(engine, folder, "int4")
    loaded = psutil.Process().memory_info().rss
    write(engine, other, "auto")
    engine.unload()
    told.append((loaded, psutil.Process().memory_info().rss))
print(json.dumps(told))
"""
    told = in_a_process_of_its_own(script, starter_model, tiny_model("lean llama"))
    loaded, unloaded = zip(*told[1:], strict=True)  # what the first load leaves for good is not counted
    assert max(loaded[1:]) < GROWTH * loaded[0]
    assert max(unloaded[1:]) < GROWTH * unloaded[0]
    assert max(unloaded) < min(loaded) - WEIGHTS


def test_marks_of_a_chat_are_text_in_a_manuscript_and_structure_in_a_frame(
    engine: TorchCausalEngine,
) -> None:
    mark = "<|im_start|>"
    (text_alone,) = engine.fit(mark)
    assert text_alone.tokens > 3
    frame, _ = engine.fit((Passage("frame", mark), Passage("text", "Once")))
    assert frame.tokens == 1


@pytest.mark.parametrize("feed", ["raw", "chat"])
def test_it_goes_on_with_a_word_behind_notes_however_it_is_fed(engine: TorchCausalEngine, feed: Feed) -> None:
    notes = Notes("It is 1890.", "It rains.")
    prompt = build_context(notes, "The old lighthouse kee", feed)
    assert text(engine, prompt, length=1).startswith("per")
    names = build_context(
        Notes("The keeper's daughter is called Wilhelmina."), PASSAGE + " “Good night, Wil", feed
    )
    assert text(engine, names, length=3).startswith("helmina")


def test_what_fits_is_what_is_read(engine: TorchCausalEngine) -> None:
    notes = Notes("It is 1890. " * 40, "It rains.", style=PASSAGE)
    prompt = build_context(notes, PASSAGE * 10)
    fitted = engine.fit(prompt)
    steps, _ = run(engine.prefill(prompt))
    assert steps[-1].total == sum(one.tokens for one in fitted)
    assert not any(one.cut for one in fitted)
    assert run(engine.prefill(prompt))[0] == []  # read already
    steps, _ = run(engine.prefill(build_context(notes, PASSAGE * 10 + " Anna came")))
    assert len(steps) == 1
