"""The one step that decoding takes, in its quick forms, against the plain forward pass."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from decoder_runs import opened

from app.engines.decoder import step
from app.engines.decoder.decoder import Decoder

PROMPT = list(range(5, 45))


def decoded(decoder: Decoder) -> torch.Tensor:
    cache = decoder.new_cache()
    decoder.prefill(PROMPT, cache)
    return torch.cat([decoder.decode(token, cache) for token in (7, 70, 17)])


@pytest.mark.parametrize("family", ["llama", "qwen2"])
@pytest.mark.parametrize("weights", ["int8", "int4"])
@torch.inference_mode()
def test_torchscript_runs_the_packed_step_and_changes_nothing(
    tiny_model: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, family: str, weights: str
) -> None:
    compiled = opened(tiny_model(family), weights)
    assert isinstance(compiled._packed_step._run, torch.jit.ScriptFunction)
    monkeypatch.setattr(step, "compiled", lambda function: function)
    plain = opened(tiny_model(family), weights)
    assert torch.equal(decoded(compiled), decoded(plain))


@pytest.mark.parametrize("family", ["llama", "qwen2", "gpt2"])
@torch.inference_mode()
def test_a_step_that_a_graph_can_record_says_the_same(tiny_model: Callable[[str], Path], family: str) -> None:
    decoder = opened(tiny_model(family), "float32")
    cache = decoder.new_cache()
    decoder.prefill(PROMPT, cache)
    cache.reserve(1)
    recorded = decoder.decode_static(torch.tensor([7]), torch.tensor([cache.length]), cache)
    assert cache.length == len(PROMPT)
    torch.testing.assert_close(recorded, decoder.decode(7, cache), atol=1e-4, rtol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that runs CUDA")
@torch.inference_mode()
def test_a_replayed_graph_says_what_the_step_says(tiny_model: Callable[[str], Path]) -> None:
    decoder = opened(tiny_model("llama"), "float32", "cuda")
    graph = decoded(decoder)
    decoder._graphed_step = None
    torch.testing.assert_close(graph, decoded(decoder), atol=1e-3, rtol=1e-3)
