"""Prose of a length in tokens."""

from itertools import pairwise
from pathlib import Path

import pytest

from app.cli.bench_prompts import Prompts
from app.cli.bench_warm import contexts_within


@pytest.fixture(scope="module")
def prompts(starter_model: Path) -> Prompts:
    return Prompts(starter_model)


@pytest.mark.parametrize("tokens", [10, 64, 100, 1024])
def test_prompts_have_the_length_and_end_with_a_word(prompts: Prompts, tokens: int) -> None:
    prompt = prompts.make(7, tokens)
    assert tokens - 3 <= len(prompt.ids) <= tokens
    assert prompt.text[-1] != " "
    longer = prompts.make(7, tokens + 30)
    assert not longer.text[len(prompt.text)].isalpha()
    assert longer.ids[: len(prompt.ids)] == prompt.ids


def test_no_prompt_begins_like_the_one_before(prompts: Prompts) -> None:
    begins = [prompts.make(number, 20).ids[:2] for number in range(1, 40)]
    assert all(one != other for one, other in pairwise(begins))


def test_lengths_that_do_not_fit_are_cut() -> None:
    assert contexts_within(6144) == [100, 1000, 4000]
    assert contexts_within(300) == [100, 300]
