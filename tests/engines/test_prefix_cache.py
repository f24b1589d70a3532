"""Which tokens go through the model, counted; what comes out, against reading the whole text anew."""

import copy
import itertools
from collections.abc import Sequence

import pytest
import torch
from engine_runs import run
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from app.engines.causal_model import Branches
from app.engines.core_share import CoreShare
from app.engines.prefix_cache import KEPT_LOGITS, PREFILL_CHUNK, PrefixCache
from app.engines.protocols import Prefilled

VOCABULARY = 7
TEXTS = st.lists(st.integers(0, 2), min_size=1, max_size=12)


class CountingModel:
    """A model whose logits depend on all that it has read, and that says how much went through it."""

    cache_bytes = 0

    def __init__(self, goes_back: bool = True, fails_at: int = -1) -> None:
        self.passes: list[int] = []  # tokens in each, those of copies too
        self.goes_back = goes_back
        self._text: list[int] = []
        self._fails_at = fails_at  # a pass, counted from 0

    def read(self, ids: Sequence[int], logits_of: int) -> Tensor:
        assert 0 < logits_of <= len(ids)
        self.passes.append(len(ids))
        self._text += ids  # half-way done when it fails
        if len(self.passes) - 1 == self._fails_at:
            raise RuntimeError("a layer failed")
        return logits_behind(self._text, logits_of)

    def cut(self, length: int) -> bool:
        if length < len(self._text) and not self.goes_back:
            self.clear()
            return False
        del self._text[length:]
        return True

    def clear(self) -> None:
        self._text = []

    def copy(self) -> "CountingModel":
        other = copy.copy(self)
        other._text = self._text.copy()
        return other

    def branch(self, count: int) -> Branches:
        raise NotImplementedError


def logits_behind(ids: Sequence[int], count: int) -> Tensor:
    """Return numbers that only this text has, for its last tokens, [count, vocabulary]."""
    return torch.stack(
        [
            torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(hash(tuple(ids[:end])) % 2**31))
            for end in range(len(ids) - count + 1, len(ids) + 1)
        ]
    )


def read(cache: PrefixCache, ids: list[int], logits_of: int = 1) -> list[Prefilled]:
    """Read a text and check what comes out."""
    steps, logits = run(cache.read(ids, logits_of))
    assert torch.equal(logits, logits_behind(ids, min(logits_of, len(ids))))
    assert cache.spares(ids) == len(ids)
    return steps


@pytest.fixture
def model() -> CountingModel:
    return CountingModel()


@pytest.fixture
def cache(model: CountingModel) -> PrefixCache:
    return PrefixCache(model, CoreShare())


def test_a_warm_text_costs_nothing(cache: PrefixCache, model: CountingModel) -> None:
    text = list(range(40))
    read(cache, text, 4)
    model.passes.clear()
    for logits_of in (4, 1, 3):
        assert read(cache, text, logits_of) == []
    assert model.passes == []


def test_three_tokens_typed_after_it_are_all_that_is_read(cache: PrefixCache, model: CountingModel) -> None:
    text = list(range(40))
    read(cache, text, 4)
    model.passes.clear()
    assert read(cache, [*text, 50, 51, 52], 3) == [Prefilled(43, 43)]
    assert model.passes == [3]


def test_wanted_logits_that_are_known_are_not_asked_for_again(
    cache: PrefixCache, model: CountingModel
) -> None:
    text = list(range(40))
    read(cache, text, 4)
    model.passes.clear()
    read(cache, [*text, 50], 5)
    assert model.passes == [1]


def test_logits_that_are_wanted_but_not_known_are_read_again(
    cache: PrefixCache, model: CountingModel
) -> None:
    text = list(range(40))
    read(cache, text)
    model.passes.clear()
    read(cache, text, 3)
    assert model.passes == [3]


def test_after_an_edit_only_what_follows_it_is_read(cache: PrefixCache, model: CountingModel) -> None:
    text = list(range(40))
    read(cache, text)
    model.passes.clear()
    read(cache, [*text[:30], 99, *text[31:]])
    assert model.passes == [10]


def test_a_shorter_text_costs_the_token_before_the_logits(cache: PrefixCache, model: CountingModel) -> None:
    text = list(range(40))
    read(cache, text)
    model.passes.clear()
    read(cache, text[:20])
    assert model.passes == [1]


def test_a_model_that_cannot_go_back_reads_all_again() -> None:
    model = CountingModel(goes_back=False)
    cache = PrefixCache(model, CoreShare())
    read(cache, [1, 2, 3, 4])
    read(cache, [1, 2, 3, 4, 5])
    read(cache, [1, 2, 9])
    assert model.passes == [4, 1, 3]


@pytest.mark.parametrize("length", [1, 255, 256, 257, 511, 512, 600])
@pytest.mark.parametrize("logits_of", [1, 2, 9])
def test_a_long_text_comes_in_chunks_and_the_wanted_logits_in_one(
    cache: PrefixCache, model: CountingModel, length: int, logits_of: int
) -> None:
    steps = read(cache, list(range(length)), logits_of)
    assert [step.done for step in steps] == list(itertools.accumulate(model.passes))
    assert steps[-1] == Prefilled(length, length)
    assert max(model.passes) <= PREFILL_CHUNK
    assert model.passes[-1] >= min(logits_of, length)


def test_of_many_wanted_logits_only_those_that_are_kept_take_memory(cache: PrefixCache) -> None:
    read(cache, list(range(200)), 100)
    blocks = {
        row.untyped_storage().data_ptr(): row.untyped_storage().nbytes() for row in cache._logits.values()
    }
    assert sum(blocks.values()) == KEPT_LOGITS * VOCABULARY * torch.float32.itemsize


def test_closed_between_two_chunks_it_keeps_what_was_read(cache: PrefixCache, model: CountingModel) -> None:
    text = list(range(600))
    steps = cache.read(text)
    next(steps)
    steps.close()
    read(cache, text)
    assert model.passes == [256, 256, 88]


def test_a_token_that_was_decoded_is_part_of_the_text(cache: PrefixCache, model: CountingModel) -> None:
    read(cache, [1, 2, 3])
    assert torch.equal(cache.decode([4]), logits_behind([1, 2, 3, 4], 1))
    assert cache.spares([1, 2, 3, 4]) == 4
    model.passes.clear()
    read(cache, [1, 2, 3, 4, 5])
    assert model.passes == [1]


def test_a_copy_reads_on_and_leaves_the_first_as_it_is(cache: PrefixCache, model: CountingModel) -> None:
    text = list(range(40))
    read(cache, text, 4)
    other = cache.copy()
    model.passes.clear()
    read(other, [*text, 50, 51])
    read(other, [*text[:30], 60])
    assert model.passes == [2, 1]
    assert read(cache, text, 4) == []


@pytest.mark.parametrize(("goes_back", "spared"), [(True, [3, 4, 2]), (False, [0, 4, 0])])
def test_it_tells_how_much_of_a_text_it_spares(goes_back: bool, spared: list[int]) -> None:
    cache = PrefixCache(CountingModel(goes_back), CoreShare())
    read(cache, [1, 2, 3, 4])
    assert [cache.spares(ids) for ids in ([1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 9])] == spared


@given(texts=st.lists(st.tuples(TEXTS, st.integers(1, 5)), min_size=1), goes_back=st.booleans())
def test_the_logits_are_those_of_the_text_whatever_came_before(
    texts: list[tuple[list[int], int]], goes_back: bool
) -> None:
    cache = PrefixCache(CountingModel(goes_back), CoreShare())
    for text, logits_of in texts:
        read(cache, text, logits_of)


@given(before=TEXTS, text=TEXTS, after=TEXTS, fails_at=st.integers(0, 3))
def test_a_pass_that_fails_leaves_nothing_wrong_behind(
    before: list[int], text: list[int], after: list[int], fails_at: int
) -> None:
    cache = PrefixCache(CountingModel(fails_at=fails_at), CoreShare())
    for ids in (before, text, after, before):
        try:
            read(cache, ids)
            cache.decode([1])
        except RuntimeError:
            read(cache, ids)
