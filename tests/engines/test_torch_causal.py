"""Causal models of several families against transformers' own reading of the same folders."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from engine_runs import GREEDY, load, run, text, tokens
from tiny_models import CONTEXT
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.engines.prefix_cache import PREFILL_CHUNK
from app.engines.protocols import Prefilled, Sampling, Token
from app.engines.torch_causal import TorchCausalEngine
from app.errors import InklingError

PROMPT = "The old lighthouse keeper climbed the stairs, naïve 日本 😀"
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
    specials = sorted(set(tokenizer.all_special_ids))
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


def weighed(engine: TorchCausalEngine, prompt: str) -> tuple[str, list[float]]:
    """Return what follows a prompt: the token, and the log-probabilities of the whole vocabulary, sorted."""
    first = tokens(engine, prompt, GREEDY, 1, weighed=10_000)[0]
    return first.text, [alternative.logprob for alternative in first.alternatives]


def test_greedy_is_transformers_greedy_token_for_token(causal_folder: Path, float32: None) -> None:
    engine = TorchCausalEngine()
    load(engine, causal_folder)
    prompt_ids, expected = reference_ids(causal_folder, PROMPT, 60, torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(causal_folder)
    stopped = expected[-1] in tokenizer.all_special_ids
    said = tokens(engine, PROMPT, GREEDY, 60)
    assert len(said) == len(expected) - stopped
    whole = tokenizer.decode(prompt_ids + expected, skip_special_tokens=True)
    before = tokenizer.decode(prompt_ids, skip_special_tokens=True)
    spoken = "".join(token.text for token in said)
    if "\ufffd" not in spoken:
        assert whole.removeprefix(before).rstrip("\ufffd") == spoken


def test_the_logits_do_not_depend_on_what_was_asked_before(causal_folder: Path, float32: None) -> None:
    warm = TorchCausalEngine()
    load(warm, causal_folder)
    chance = random.Random(5)
    pieces = ["The old ", "fox ", "ran over", " the hill;", " 日本", " 😀", "\n", "quick and "]
    prompt = ""
    for turn in range(30):
        match turn % 5:
            case 0 | 1:  # typed on
                prompt += chance.choice(pieces)
            case 2:  # edited in the middle
                middle = len(prompt) // 2
                prompt = prompt[:middle] + chance.choice(pieces) + prompt[middle + 3 :]
            case 3:  # shortened
                prompt = prompt[: chance.randrange(len(prompt) + 1)]
            case 4:  # cancelled somewhere in the middle of another continuation
                steps = warm.generate(prompt + chance.choice(pieces), Sampling(seed=turn), 20)
                for _ in range(chance.randrange(1, 6)):
                    next(steps, None)
                steps.close()
        cold = TorchCausalEngine()
        load(cold, causal_folder)
        expected_text, expected = weighed(cold, prompt)
        found_text, found = weighed(warm, prompt)
        assert found_text == expected_text
        assert found == pytest.approx(expected, abs=TOLERANCE)


def test_a_prompt_that_was_read_already_is_not_read_again(
    engine: TorchCausalEngine, causal_folder: Path
) -> None:
    reading = "The old fox ran over the hill. " * 3
    run(engine.prefill(reading))
    steps, _ = run(engine.generate(reading, GREEDY, 1))
    assert sum(isinstance(step, Prefilled) for step in steps) == 1
    run(engine.prefill(reading + "The dog"))
    first = next(engine.prefill(reading + "The dog"))
    assert first.done == first.total


def test_a_long_prompt_is_read_in_chunks(engine: TorchCausalEngine) -> None:
    steps, _ = run(engine.generate("a fox " * 500, GREEDY, 2))
    done = [step.done for step in steps if isinstance(step, Prefilled)]
    assert done[0] == PREFILL_CHUNK
    assert done[-1] == CONTEXT - 2


def test_a_prompt_longer_than_the_context_keeps_its_end(engine: TorchCausalEngine) -> None:
    end = " the quick brown fox went 日本" * 60
    assert text(engine, "An old dog " * 700 + end, length=8) == text(
        engine, "Naïve 😀 " * 900 + end, length=8
    )


def test_more_tokens_than_the_context_has_are_cut(engine: TorchCausalEngine) -> None:
    said = tokens(engine, "The", GREEDY, 100_000)
    assert len(said) <= CONTEXT // 2


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
