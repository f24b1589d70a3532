"""Causal models of several families against transformers' own reading of the same folders."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from engine_runs import GREEDY, load, run, text, tokens
from tiny_models import CONTEXT
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.engines.context_window import PROMPT_SHARE
from app.engines.prefix_cache import PREFILL_CHUNK
from app.engines.protocols import Prefilled, Sampling, Token
from app.engines.tokenizer_loading import load_tokenizer, special_token_ids
from app.engines.torch_causal import TorchCausalEngine
from app.errors import InklingError

PROMPT = (
    "The old lighthouse keeper climbed the stairs, naïve 日本 😀\n"  # behind a line's end nothing is healed
)
TOLERANCE = 1e-4  # of log-probabilities in float32: chunks of other lengths add up in another order


@pytest.fixture
def engine(causal_folder: Path) -> TorchCausalEngine:
    engine = TorchCausalEngine()
    load(engine, causal_folder)
    return engine


def reference_ids(
    folder: Path, prompt: str, length: int, precision: torch.dtype
) -> tuple[list[int], list[int]]:
    """Return the ids of the prompt and of transformers' own greedy continuation."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=precision)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    inputs = tokenizer(prompt, return_tensors="pt", return_token_type_ids=False)
    specials = sorted(special_token_ids(load_tokenizer(folder)))
    output = model.generate(
        **inputs,
        do_sample=False,
        max_new_tokens=length,
        eos_token_id=specials,
        pad_token_id=specials[0],
        begin_suppress_tokens=specials,
    )
    prompt_ids = inputs["input_ids"][0].tolist()
    return prompt_ids, output[0].tolist()[len(prompt_ids) :]


def test_greedy_is_transformers_greedy_token_for_token(causal_folder: Path, float32: None) -> None:
    engine = TorchCausalEngine()
    load(engine, causal_folder)
    prompt_ids, expected = reference_ids(causal_folder, PROMPT, 60, torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(causal_folder)
    stopped = expected[-1] in special_token_ids(load_tokenizer(causal_folder))
    said = tokens(engine, PROMPT, GREEDY, 60)
    assert len(said) == len(expected) - stopped
    whole = tokenizer.decode(prompt_ids + expected, skip_special_tokens=True)
    before = tokenizer.decode(prompt_ids, skip_special_tokens=True)
    spoken = "".join(token.text for token in said)
    if "\ufffd" not in spoken:
        assert whole.removeprefix(before).rstrip("\ufffd") == spoken


def test_a_prompt_that_was_read_already_is_not_read_again(
    engine: TorchCausalEngine, causal_folder: Path
) -> None:
    reading = "The old fox ran over the hill.\n" * 3
    run(engine.prefill(reading))
    assert run(engine.prefill(reading))[0] == []
    steps, _ = run(engine.generate(reading, GREEDY, 1))
    assert [type(step) for step in steps] == [Token]


def test_a_long_prompt_is_read_in_chunks(engine: TorchCausalEngine) -> None:
    steps, _ = run(engine.generate("a\n" * 145, GREEDY, 2))
    done = [step.done for step in steps if isinstance(step, Prefilled)]
    assert len(done) == 2
    assert all(0 < late - early <= PREFILL_CHUNK for early, late in pairwise([0, *done]))


@pytest.mark.parametrize("count", [1, 3])
def test_what_has_to_be_read_again_is_read_in_steps_too(
    tiny_model: Callable[[str], Path], count: int
) -> None:
    """A model that cannot go back reads all anew to begin a word in other tokens than the page ends in."""
    engine = TorchCausalEngine()
    load(engine, tiny_model("mistral"))
    again = []
    for word in ("lighth", "quic", "wa", "th"):
        prompt = "a\n" * 120 + f"The old {word}"
        steps, _ = run(engine.generate_several(prompt, Sampling(seed=1), 2, count))
        done = [step.done for step in steps if isinstance(step, Prefilled)]
        again.append(done != sorted(done))
    assert any(again)


def test_a_quarter_of_the_context_at_least_is_left_to_the_answer(engine: TorchCausalEngine) -> None:
    steps, _ = run(engine.generate("a fox " * 500, GREEDY, 1))
    read = [step.done for step in steps if isinstance(step, Prefilled)]
    assert CONTEXT / 4 < read[-1] <= PROMPT_SHARE * CONTEXT


def test_a_prompt_longer_than_the_context_keeps_its_end(engine: TorchCausalEngine) -> None:
    """Where the window begins depends on how many tokens there are, so both prompts have as many."""
    end = " the quick brown fox went 日本" * 60
    assert text(engine, "old " * 700 + end, length=8) == text(engine, "fox " * 700 + end, length=8)


def test_more_tokens_than_the_context_has_are_cut(engine: TorchCausalEngine) -> None:
    assert len(tokens(engine, "The", GREEDY, 100_000)) <= CONTEXT
    long = tokens(engine, "The old dog ran " * 500, GREEDY, 100_000)
    assert 0 < len(long) <= 3 / 4 * CONTEXT


def test_seeds_differ(engine: TorchCausalEngine) -> None:
    wild = Sampling(temperature=1.5, top_k=0, top_p=1.0, min_p=0.0, seed=1)
    texts = {text(engine, "The old", replace(wild, seed=seed)) for seed in range(5)}
    assert len(texts) > 1


def test_top_k_1_is_greedy(float32: None, engine: TorchCausalEngine) -> None:
    only_best = Sampling(0.9, 1, 1.0, 0.0, 1.0, 0)
    assert text(engine, PROMPT, only_best) == text(engine, PROMPT, GREEDY)


def test_no_special_token_reaches_the_page(engine: TorchCausalEngine, causal_folder: Path) -> None:
    specials = set(AutoTokenizer.from_pretrained(causal_folder).all_special_tokens)
    wild = Sampling(temperature=2.0, top_k=0, top_p=1.0, min_p=0.0, repetition_penalty=1.0)
    for seed in range(20):
        said = text(engine, "The", replace(wild, seed=seed), 40)
        assert not any(special in said for special in specials)


def test_logprobs_are_the_models_own(causal_folder: Path, float32: None) -> None:
    engine = TorchCausalEngine()
    load(engine, causal_folder)
    model = AutoModelForCausalLM.from_pretrained(causal_folder, dtype=torch.float32)
    ids = AutoTokenizer.from_pretrained(causal_folder)(PROMPT, return_tensors="pt").input_ids
    logprobs = model(input_ids=ids).logits[0, -1].log_softmax(-1).detach()
    token = tokens(engine, PROMPT, Sampling(temperature=0.5, seed=2), 1, weighed=5)[0]
    best = [alternative.logprob for alternative in token.alternatives]
    assert best == pytest.approx(logprobs.topk(5).values.tolist(), abs=TOLERANCE)
    assert min(abs(logprobs - token.logprob)) < TOLERANCE


def test_the_first_token_is_never_the_end_of_the_text(tiny_model: Callable[[str], Path]) -> None:
    engine = TorchCausalEngine()
    load(engine, tiny_model("gpt2"))
    for seed in range(200):
        steps, _ = run(engine.generate("The", Sampling(2.0, 0, 1.0, 0.0, 1.0, 0, seed), 1))
        assert any(isinstance(step, Token) for step in steps)


def test_unloaded_it_says_so(engine: TorchCausalEngine) -> None:
    engine.unload()
    with pytest.raises(InklingError, match="No model"):
        next(engine.generate("The", GREEDY, 3))
    with pytest.raises(InklingError, match="No model"):
        next(engine.prefill("The"))


def test_unloaded_in_the_middle_of_a_stream_it_says_so(engine: TorchCausalEngine) -> None:
    steps = engine.generate("The old dog", GREEDY, 20)
    next(steps)
    next(steps)
    engine.unload()
    with pytest.raises(InklingError, match="No model"):
        run(steps)
