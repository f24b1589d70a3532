"""The rules of sampling against transformers' own generation and by themselves."""

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from app.engines.protocols import Sampling
from app.engines.sampler import Sampler

FREE = {"top_k": 0, "top_p": 1.0, "min_p": 0.0, "repetition_penalty": 1.0, "no_repeat_ngram_size": 0}
LOGITS = torch.tensor([0.0, 3.0, 2.0, 1.0, -1.0, 2.9])


def chosen(sampling: Sampling, times: int = 300, forbidden: set[int] = frozenset()) -> set[int]:
    sampler = Sampler(sampling, forbidden)
    return {sampler.choose(LOGITS, [0], is_first=True) for _ in range(times)}


def test_temperature_0_takes_the_likeliest() -> None:
    assert chosen(Sampling(temperature=0, **FREE)) == {1}


def test_everything_may_come_when_nothing_is_ruled_out() -> None:
    assert chosen(Sampling(temperature=2.0, **FREE, seed=1), 2000) == set(range(len(LOGITS)))


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"top_k": 1}, {1}),
        ({"top_k": 2}, {1, 5}),
        ({"top_k": 1000}, set(range(6))),
        ({"top_p": 0.3}, {1}),
        ({"top_p": 0.5}, {1, 5}),
        ({"min_p": 0.9}, {1, 5}),
        ({"min_p": 1.0}, {1}),
    ],
)
def test_a_rule_leaves_only_some(rule: dict[str, float], left: set[int]) -> None:
    assert chosen(Sampling(**{"temperature": 1.0, **FREE, **rule, "seed": 3}), 3000) == left


def test_what_was_said_is_less_likely() -> None:
    sampler = Sampler(Sampling(**{"temperature": 0, **FREE, "repetition_penalty": 1.5}), set())
    assert sampler.choose(LOGITS, [1], is_first=False) == 5


def test_a_run_is_not_completed_twice() -> None:
    sampler = Sampler(Sampling(**{"temperature": 0, **FREE, "no_repeat_ngram_size": 2}), set())
    assert sampler.choose(LOGITS, [4, 1, 4], is_first=False) == 5
    assert sampler.choose(LOGITS, [1, 4], is_first=False) == 1


def test_the_forbidden_are_forbidden_first_and_only_first() -> None:
    sampler = Sampler(Sampling(temperature=0, **FREE), {1, 5, 999})
    assert sampler.choose(LOGITS, [0], is_first=True) == 2
    assert sampler.choose(LOGITS, [0], is_first=False) == 1


def test_a_seed_repeats_its_choices_and_none_does_not() -> None:
    def choices(seed: int | None) -> list[int]:
        sampler = Sampler(Sampling(temperature=1.5, **FREE, seed=seed), set())
        return [sampler.choose(LOGITS, [0], is_first=False) for _ in range(60)]

    assert choices(5) == choices(5)
    assert choices(5) != choices(6)
    assert choices(None) != choices(None)


def test_the_logits_are_left_as_they_are() -> None:
    logits = LOGITS.clone()
    Sampler(Sampling(seed=1), {0}).choose(logits, [1, 2, 1], is_first=True)
    assert torch.equal(logits, LOGITS)


def test_choosing_leaves_the_programs_own_random_numbers_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    chosen(Sampling(seed=4), 20)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    "rules",
    [
        {"repetition_penalty": 1.3},
        {"no_repeat_ngram_size": 3},
        {"repetition_penalty": 1.2, "no_repeat_ngram_size": 2},
    ],
)
def test_the_rules_are_transformers_rules(rules: dict[str, float]) -> None:
    torch.manual_seed(3)
    model = GPT2LMHeadModel(
        GPT2Config(vocab_size=80, n_positions=128, n_embd=16, n_layer=1, n_head=2, initializer_range=0.5)
    ).eval()
    prompt = torch.randint(0, 80, (1, 10))
    expected = model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        do_sample=False,
        max_new_tokens=60,
        pad_token_id=0,
        **rules,
    )[0].tolist()
    sampler = Sampler(Sampling(**{"temperature": 0, **FREE, **rules}), set())
    ids = prompt[0].tolist()
    while len(ids) < len(expected):
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0, -1]
        ids.append(sampler.choose(logits, ids, is_first=False))
    assert ids == expected
