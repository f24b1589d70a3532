"""Every family that the decoder knows, against transformers' own reading of the same folder."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from decoder_runs import DEVICES, opened, said, shape_of, transformers_says
from tiny_decoders import OTHERS, OURS

from app.engines.decoder import decoder, rotary

IDS = random.Random(3).choices(range(1, 592), k=150)
CLOSE = 1e-4  # of log-probabilities in float32; measured: 1e-5
BF16_MEAN = (
    0.03  # mean difference of log-probabilities from float32's; measured: 0.007 to 0.020, as transformers'
)
BF16_AGREEMENT = 0.93  # of places where the likeliest token is float32's; measured: 0.95 to 1
WAYS = {
    "one chunk": (),
    "three chunks": (100, 7),
    "token by token": (1,) * 149,
    "a chunk, then tokens": (120, *(1,) * 29),
    "tokens, then a chunk": (*(1,) * 20, 60),
}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("family", OURS)
def test_it_says_what_transformers_says(tiny_model: Callable[[str], Path], family: str, device: str) -> None:
    folder = tiny_model(family)
    expected = transformers_says(folder, IDS, torch.float32, device)
    exact, rounded = opened(folder, "float32", device), opened(folder, "bfloat16", device)
    for name, chunks in WAYS.items():
        torch.testing.assert_close(said(exact, IDS, *chunks), expected, atol=CLOSE, rtol=0, msg=name)
        found = said(rounded, IDS, *chunks)
        assert (found - expected).abs().mean() < BF16_MEAN, name
        assert (found.argmax(-1) == expected.argmax(-1)).float().mean() > BF16_AGREEMENT, name


@pytest.mark.parametrize("family", ["lean llama", "qwen3", "lean gpt2"])
def test_what_was_reserved_grows_with_the_text(
    tiny_model: Callable[[str], Path], family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "FIRST_CAPACITY", 16)
    monkeypatch.setattr(rotary, "FIRST_POSITIONS", 16)
    expected = transformers_says(tiny_model(family), IDS, torch.float32)
    for chunks in WAYS.values():
        found = said(opened(tiny_model(family)), IDS, *chunks)
        torch.testing.assert_close(found, expected, atol=CLOSE, rtol=0)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8"])
@pytest.mark.parametrize("family", OURS)
def test_branches_are_what_each_would_be_alone(
    tiny_model: Callable[[str], Path],
    family: str,
    precision: str,
    device: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three continuations of one text, one of which leaves the others early, and little room at first."""
    monkeypatch.setattr(decoder, "FIRST_OF_BRANCHES", 4)
    if precision == "int8" and device != "cpu":
        pytest.skip("packed weights are for processors")
    model = opened(tiny_model(family), precision, device)
    text, ways = IDS[:40], [IDS[40:52], IDS[52:64], [*IDS[40:44], *IDS[64:72]]]
    with torch.inference_mode():
        shared, own = model.new_cache(), model.new_branches(3)
        model.prefill(text, shared)
        kept = shared.buffer.clone()
        together = torch.stack(
            [model.decode_branches(step, shared, own).log_softmax(-1) for step in zip(*ways, strict=True)],
            1,
        ).cpu()
        assert torch.equal(shared.buffer.nan_to_num(), kept.nan_to_num())
        assert shared.length == len(text)
    for way, found in zip(ways, together, strict=True):
        alone = said(model, text + way, len(text), *(1,) * len(way))[len(text) :]
        if precision == "float32":
            torch.testing.assert_close(found, alone, atol=CLOSE, rtol=0)
        else:
            assert (found - alone).abs().mean() < BF16_MEAN


def test_one_token_of_a_prompt_records_no_graph(
    tiny_model: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts are weighed in another cache than the caret's, whose graph it would replace."""
    model = opened(tiny_model("lean llama"))
    expected = said(model, IDS, len(IDS) - 1)
    monkeypatch.setattr(model, "_graphed_step", lambda *_: pytest.fail("recorded"))
    torch.testing.assert_close(said(model, IDS, len(IDS) - 1), expected, atol=CLOSE, rtol=0)


def test_many_branches_begin_no_larger_than_a_text(tiny_model: Callable[[str], Path]) -> None:
    model = opened(tiny_model("lean llama"))
    assert model.new_branches(20).buffer.nbytes < model.new_cache().buffer.nbytes


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8"])
@pytest.mark.parametrize("family", ["lean llama", "lean gpt2"])
def test_the_threads_change_nothing_beyond_rounding(
    tiny_model: Callable[[str], Path], family: str, precision: str
) -> None:
    model = opened(tiny_model(family), precision)
    told = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        told += [said(model, IDS, *chunks) for chunks in ((), (100, *(1,) * 20))]
    torch.set_num_threads(1)
    one_chunk, one_steps, two_chunk, two_steps = told
    close = CLOSE if precision == "float32" else BF16_MEAN
    assert (one_chunk - two_chunk).abs().mean() < close
    assert (one_steps - two_steps).abs().mean() < close


@pytest.mark.parametrize("family", OTHERS)
def test_what_it_does_not_know_for_certain_it_leaves_to_others(
    tiny_model: Callable[[str], Path], family: str
) -> None:
    assert shape_of(tiny_model(family)) is None
