"""Into the middle with real engines whose context is small, where anything may stand around the place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from engine_runs import load, run

from app.assist.insertion import insertions
from app.engines.prompts import Passage, Prompt
from app.engines.protocols import Sampling
from app.engines.torch_causal import TorchCausalEngine

FOLLOWING = "\n\nThe fox slept on the hill all day."


@pytest.mark.parametrize("family", ["gpt2", "mistral"])
@pytest.mark.parametrize(
    "prompt",
    ["", "The old dog ran. " * 600, (Passage("memory", "Rex. " * 900), Passage("text", "He ran."))],
    ids=["nothing", "a book", "notes longer than the context"],
)
def test_it_is_written_whatever_stands_before(
    tiny_model: Callable[[str], Path], family: str, prompt: Prompt
) -> None:
    engine = TorchCausalEngine()
    load(engine, tiny_model(family))
    _, found = run(insertions(engine, None, prompt, FOLLOWING * 40, Sampling(seed=1), 60))
    assert found
    assert all(one.text.strip() and one.likelihood < 0 for one in found)
