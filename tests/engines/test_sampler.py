"""The rules of sampling against transformers' own, and choosing by itself."""

from collections.abc import Collection, Iterator, Sequence
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from sampling_reference import LARGE, Case, assert_same, cases

from app.engines.distribution import Distribution
from app.engines.protocols import Sampling
from app.engines.sampler import Sampler
from app.engines.token_history import HISTORY
from app.errors import InklingError

FREE = {"top_k": 0, "top_p": 1.0, "min_p": 0.0, "repetition_penalty": 1.0, "no_repeat_ngram_size": 0}
LOGITS = torch.tensor([0.0, 3.0, 2.0, 1.0, -1.0, 2.9])
BATCH = LOGITS.unsqueeze(0)


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def support(sampling: Sampling) -> set[int]:
    [left] = Sampler(sampling, (), [[0]]).distributions(BATCH)
    return set(left.ids[left.probabilities > 0].tolist())


def first_choice(sampling: Sampling, history: Sequence[int], forbidden: Collection[int] = ()) -> int:
    return Sampler(sampling, forbidden, [history]).choose(BATCH)[0]


def stream(sampling: Sampling, logits: torch.Tensor, histories: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return what each continuation of a batch becomes where every step has logits of its own."""
    sampler = Sampler(sampling, (), histories)
    steps = [sampler.choose(step.expand(len(histories), -1)) for step in logits]
    return [list(row) for row in zip(*steps, strict=True)]


@settings(max_examples=300, deadline=None)
@given(case=cases())
def test_the_rules_are_transformers_rules(case: Case) -> None:
    assert_same(Sampler(case.sampling, (), [case.history]).distributions(case.logits)[0], case)


@settings(max_examples=150, deadline=None)
@given(case=cases(LARGE, top_ks=(0, 5000)))
def test_they_are_where_many_tokens_are_left(case: Case) -> None:
    assert_same(Sampler(case.sampling, (), [case.history]).distributions(case.logits)[0], case)


def test_only_the_last_tokens_count_while_the_window_slides() -> None:
    chance = torch.Generator().manual_seed(4)
    ids = torch.randint(0, 400, (HISTORY - 20,), generator=chance).tolist()
    sampling = Sampling(1.0, 0, 1.0, 0.0, repetition_penalty=1.4, no_repeat_ngram_size=2, seed=2)
    sampler = Sampler(sampling, (), [ids])
    for _ in range(200):
        logits = torch.randn(1, 400, generator=chance)
        assert_same(sampler.distributions(logits)[0], Case(logits, ids[-HISTORY:], sampling))
        ids += sampler.choose(logits)


def test_temperature_0_takes_the_likeliest() -> None:
    assert support(Sampling(temperature=0, **FREE)) == {1}
    assert first_choice(Sampling(temperature=0, **FREE), [0]) == 1


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({}, set(range(6))),
        ({"top_k": 1}, {1}),
        ({"top_k": 2}, {1, 5}),
        ({"top_k": 1000}, set(range(6))),
        ({"top_p": 0.0}, {1}),
        ({"top_p": 0.3}, {1}),
        ({"top_p": 0.5}, {1, 5}),
        ({"min_p": 0.9}, {1, 5}),
        ({"min_p": 1.0}, {1}),
    ],
)
def test_a_rule_leaves_only_some(rule: dict[str, float], left: set[int]) -> None:
    assert support(Sampling(**{"temperature": 1.0, **FREE, **rule})) == left


def test_top_p_0_leaves_the_likeliest_of_many() -> None:
    logits = torch.randn(1, 9000, generator=torch.Generator().manual_seed(3)) * 0.1
    [left] = Sampler(Sampling(**{**FREE, "top_p": 0.0}), (), [[0]]).distributions(logits)
    assert left.ids.tolist() == [int(logits.argmax())]


def test_what_was_said_is_less_likely() -> None:
    assert first_choice(Sampling(**{"temperature": 0, **FREE, "repetition_penalty": 1.5}), [1]) == 5


def test_a_run_is_not_completed_twice() -> None:
    sampling = Sampling(**{"temperature": 0, **FREE, "no_repeat_ngram_size": 2})
    assert first_choice(sampling, [4, 1, 4]) == 5
    assert first_choice(sampling, [1, 4]) == 1


def test_the_forbidden_are_forbidden_first_and_only_first() -> None:
    sampler = Sampler(Sampling(temperature=0, **FREE), {1, 5, 999}, [[0]])
    assert [sampler.choose(BATCH), sampler.choose(BATCH)] == [[2], [1]]


def test_where_nothing_would_be_left_a_ban_is_no_ban() -> None:
    said = [*range(6), 999]
    assert first_choice(Sampling(**{"temperature": 0, **FREE, "no_repeat_ngram_size": 1}), said) == 1
    assert first_choice(Sampling(temperature=0, **FREE), said, forbidden=range(6)) == 1
    spared = Sampling(**{"temperature": 0, **FREE, "no_repeat_ngram_size": 1})
    assert first_choice(spared, [2], forbidden={0, 1, 3, 4, 5}) == 2


def test_ids_that_the_model_has_not_do_no_harm() -> None:
    sampling = Sampling(seed=1, no_repeat_ngram_size=1)
    assert first_choice(sampling, [6, 999, 5], forbidden={6, 998}) in range(5)


@pytest.mark.parametrize("broken", [torch.nan, torch.inf])
@pytest.mark.parametrize("sampling", [Sampling(), Sampling.greedy()])
def test_logits_that_are_no_numbers_are_told_in_words(broken: float, sampling: Sampling) -> None:
    logits = BATCH.clone()
    logits[0, 3] = broken
    with pytest.raises(InklingError, match="no sense"):
        Sampler(sampling, (), [[0]]).choose(logits)
    with pytest.raises(InklingError, match="no sense"):
        Sampler(sampling, (), [[0]]).choose(torch.full((1, 6), -torch.inf))


def test_choices_come_as_often_as_they_are_likely() -> None:
    logits = torch.randn(1, 700, generator=torch.Generator().manual_seed(8))
    [left] = Sampler(Sampling(**{"temperature": 0.7, **FREE}), (), [[0]]).distributions(logits)
    chance = Random(1)
    counts = torch.zeros(700)
    for _ in range(20_000):
        counts[left.draw(chance)] += 1
    expected = (logits[0] / 0.7).softmax(-1) * 20_000
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert 550 < chi_square < 850  # 699 degrees of freedom: mean 699, standard deviation 37


def test_what_has_no_probability_is_not_drawn_by_the_lowest_of_numbers() -> None:
    class Lowest(Random):
        def random(self) -> float:
            return 0.0

    left = Distribution(np.array([4, 5]), np.array([0.0, 1.0]))
    assert left.draw(Lowest()) == 5


def test_a_seed_repeats_its_choices_and_none_does_not() -> None:
    def choices(seed: int | None) -> list[list[int]]:
        return stream(Sampling(temperature=1.5, **FREE, seed=seed), LOGITS.expand(60, -1), [[0]])

    assert choices(5) == choices(5)
    assert choices(5) != choices(6)
    assert choices(None) != choices(None)


def test_each_of_a_batch_becomes_what_it_would_be_alone() -> None:
    logits = torch.randn(40, 300, generator=torch.Generator().manual_seed(2)) * 2
    prompt = [5, 6, 7, 5]
    together = stream(Sampling(seed=11), logits, [prompt] * 3)
    alone = [stream(Sampling(seed=11 + row), logits, [prompt])[0] for row in range(3)]
    assert together == alone
    assert len({tuple(row) for row in together}) == 3


@pytest.mark.parametrize("sampling", [Sampling(seed=3), Sampling(top_k=0, min_p=0.0, seed=3)])
def test_choices_do_not_depend_on_the_threads(sampling: Sampling, threads: None) -> None:
    logits = (
        torch.randn(10, 70_000, generator=torch.Generator().manual_seed(2)) * 3
    )  # torch would share these
    told = []
    for count in (1, 2):
        torch.set_num_threads(count)
        told.append(stream(sampling, logits, [[1, 2], [1, 2]]))
    assert told[0] == told[1]


def test_half_precision_is_read_as_it_is() -> None:
    logits = torch.randn(30, 500, generator=torch.Generator().manual_seed(6)).bfloat16()
    assert stream(Sampling(seed=9), logits, [[1]]) == stream(Sampling(seed=9), logits.float(), [[1]])


def test_the_logits_are_left_as_they_are() -> None:
    logits = BATCH.clone()
    Sampler(Sampling(seed=1), {0}, [[1, 2, 1]]).choose(logits)
    assert torch.equal(logits, BATCH)


def test_choosing_leaves_the_programs_own_random_numbers_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    stream(Sampling(seed=4), LOGITS.expand(20, -1), [[0]])
    assert torch.equal(torch.rand(3), expected)
