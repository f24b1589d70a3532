"""A model's own log-probabilities against torch's."""

import pytest
import torch

from app.engines.logprobs import logprobs_of

LOGITS = torch.randn(3, 5000, generator=torch.Generator().manual_seed(1)) * 4


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_they_are_torchs(precision: torch.dtype) -> None:
    logits = LOGITS.to(precision)
    expected = logits.double() - logits.double().logsumexp(-1, keepdim=True)
    for row, weighed in enumerate(logprobs_of(logits, [7, 0, 4999], best=20)):
        assert weighed.logprob == pytest.approx(float(expected[row, [7, 0, 4999][row]]), abs=1e-5)
        best = expected[row].topk(20).values.tolist()
        assert [logprob for _, logprob in weighed.best] == pytest.approx(best, abs=1e-5)
        assert [float(expected[row, i]) for i, _ in weighed.best] == pytest.approx(best, abs=1e-5)
        assert len({i for i, _ in weighed.best}) == 20


def test_none_are_told_where_none_are_asked_for() -> None:
    assert [weighed.best for weighed in logprobs_of(LOGITS, [1, 2, 3])] == [[], [], []]


def test_a_vocabulary_smaller_than_asked_for_is_told_whole() -> None:
    [weighed] = logprobs_of(torch.tensor([[0.0, 2.0, 1.0]]), [0], best=10)
    assert [i for i, _ in weighed.best] == [1, 2, 0]


def test_of_equals_the_first_come_first() -> None:
    [weighed] = logprobs_of(torch.zeros(1, 3000), [0], best=3)
    assert [i for i, _ in weighed.best] == [0, 1, 2]
