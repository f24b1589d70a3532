"""Several continuations of one text at once, and models that only transformers can run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from engine_runs import GREEDY, load, run, text, tokens
from tiny_decoders import OTHERS
from tiny_models import CAUSAL
from transformers import AutoModelForCausalLM

from app.engines.protocols import Prefilled, Sampling, TextGenerator, Token
from app.engines.tokenizer_loading import load_tokenizer
from app.engines.torch_causal import TorchCausalEngine
from app.errors import InklingError

WILD = Sampling(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, repetition_penalty=1.0, seed=5)


def several(
    engine: TextGenerator, prompt: str, sampling: Sampling, length: int, count: int
) -> tuple[list[list[Token | None]], list[str]]:
    """Return each continuation's tokens, and why each ended."""
    steps, reasons = run(engine.generate_several(prompt, sampling, length, count))
    rows = zip(*(step for step in steps if not isinstance(step, Prefilled)), strict=True)
    return [list(row) for row in rows], reasons


def written(row: list[Token | None]) -> str:
    return "".join(token.text for token in row if token is not None)


@pytest.fixture(params=[*CAUSAL, "gpt neox"])
def family(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def engine(tiny_model: Callable[[str], Path], family: str) -> TorchCausalEngine:
    engine = TorchCausalEngine()
    load(engine, tiny_model(family), "float32")
    return engine


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_there_are_as_many_as_were_asked_for(engine: TorchCausalEngine, count: int) -> None:
    rows, reasons = several(engine, "The old fox ran over the", WILD, 6, count)
    assert len(rows) == len(reasons) == count
    assert len({written(row) for row in rows}) == count
    assert all(len(row) <= 6 for row in rows)


def test_each_is_what_its_seed_says_alone(engine: TorchCausalEngine) -> None:
    """Behind the end of a line, where no word is healed that all would have to begin alike."""
    rows, reasons = several(engine, "The old fox\n", WILD, 12, 3)
    for number, (row, reason) in enumerate(zip(rows, reasons, strict=True)):
        seed = replace(WILD, seed=5 + number)
        steps, alone = run(engine.generate("The old fox\n", seed, 12))
        expected = [step for step in steps if isinstance(step, Token)]
        said = [token for token in row if token is not None]
        assert [token.text for token in said] == [token.text for token in expected]
        assert [token.logprob for token in said] == pytest.approx([t.logprob for t in expected], abs=1e-4)
        assert reason == alone


def test_greedy_ones_are_all_the_same(engine: TorchCausalEngine) -> None:
    rows, _ = several(engine, "The old fox\n", GREEDY, 12, 3)
    assert {written(row) for row in rows} == {text(engine, "The old fox\n", length=12)}


def test_one_that_ends_leaves_the_others_writing(engine: TorchCausalEngine) -> None:
    hot = replace(WILD, temperature=3.0)
    ended = False
    for seed in range(40):
        rows, reasons = several(engine, "The", replace(hot, seed=seed), 60, 3)
        for row, reason in zip(rows, reasons, strict=True):
            said = [token is not None for token in row]
            assert said == sorted(said, reverse=True)  # once ended, always ended
            assert said[0]
            assert all(said) or reason == "stop"
        assert any(row[-1] is not None for row in rows)
        ended |= len(set(map(written, rows))) == 3 and None in [row[-1] for row in rows]
        if ended:
            break
    assert ended


def test_the_text_of_several_goes_on_afterwards(engine: TorchCausalEngine) -> None:
    alone = text(engine, "The old lighthouse kee", length=8)
    steps = engine.generate_several("The old lighthouse kee", WILD, 20, 3)
    for _ in range(4):
        next(steps)
    steps.close()
    assert text(engine, "The old lighthouse kee", length=8) == alone


def test_unloaded_in_the_middle_it_says_so(engine: TorchCausalEngine) -> None:
    steps = engine.generate_several("The old dog", WILD, 20, 3)
    for _ in range(3):
        next(steps)
    engine.unload()
    with pytest.raises(InklingError, match="No model"):
        run(steps)


@pytest.mark.parametrize("family", OTHERS, indirect=True)
def test_a_family_that_is_not_ours_says_what_transformers_says(
    engine: TorchCausalEngine, family: str, tiny_model: Callable[[str], Path]
) -> None:
    folder = tiny_model(family)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ids = load_tokenizer(folder).encode("The old lighthouse keeper climbed the stairs\n" * 4).ids
    with torch.inference_mode():
        expected = model(torch.tensor([ids])).logits[0, -1].log_softmax(-1).sort(descending=True).values
    [first] = tokens(engine, "The old lighthouse keeper climbed the stairs\n" * 4, GREEDY, 1, 10_000)
    found = torch.tensor([weighed.logprob for weighed in first.alternatives])
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)
