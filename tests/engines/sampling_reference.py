"""The rules of sampling as transformers' processors carry them out, and cases to compare on."""

from dataclasses import dataclass

import torch
from hypothesis import assume, reject
from hypothesis import strategies as st
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from app.engines.distribution import Distribution
from app.engines.protocols import Sampling

TOLERANCE = 1e-6  # of probabilities
FAINT = 1e-30  # a probability below this may as well have come out as 0
BORDER = 3e-6  # of probabilities: nearer to a rule's border than this, rounding decides


@dataclass
class Case:
    """Logits, [1, vocabulary], the ids before them, and rules."""

    logits: torch.Tensor
    history: list[int]
    sampling: Sampling


SMALL = st.integers(5, 60) | st.integers(61, 2000)
LARGE = st.integers(6000, 20_000)


@st.composite
def cases(
    draw: st.DrawFn,
    vocabularies: st.SearchStrategy[int] = SMALL,
    top_ks: tuple[int, ...] = (0, 1, 3, 50, 1000),
) -> Case:
    """Return random logits of random vocabularies, many of them equal, and rules in all combinations."""
    vocabulary = draw(vocabularies)
    chance = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    logits = torch.randn(1, vocabulary, generator=chance) * draw(st.sampled_from([0.3, 2.0, 6.0]))
    if draw(st.booleans()):
        logits = (logits * 4).round() / 4
    if draw(st.booleans()):
        logits[0, torch.randint(0, vocabulary, (3,), generator=chance)] = -torch.inf
    said = draw(st.sampled_from([3, 12, vocabulary + 9]))  # few tokens repeat their runs often
    history = torch.randint(0, said, (draw(st.integers(1, 200)),), generator=chance).tolist()
    sampling = Sampling(
        temperature=draw(st.sampled_from([0.0, 0.2, 0.8, 1.0, 1.7])),
        top_k=draw(st.sampled_from(top_ks)),
        top_p=draw(st.sampled_from([1.0, 0.95, 0.6, 0.01])),
        min_p=draw(st.sampled_from([0.0, 0.05, 0.4])),
        repetition_penalty=draw(st.sampled_from([1.0, 1.1, 2.0, 0.7])),
        no_repeat_ngram_size=draw(st.sampled_from([0, 1, 2, 4])),
    )
    return Case(logits, history, sampling)


def of_transformers(case: Case) -> torch.Tensor:
    """Return the probabilities, [vocabulary], where no token lies so near a border that rounding decides."""
    sampling, scores = case.sampling, _scores(case)
    if not sampling.temperature:
        return torch.nn.functional.one_hot(scores.argmax(), scores.shape[-1]).float()
    ids = torch.tensor([case.history])
    # In float32 a logit of 60 is rounded by 4e-6, and so would be the probabilities.
    scores = TemperatureLogitsWarper(sampling.temperature)(ids, scores.double())
    if sampling.top_k:
        scores = TopKLogitsWarper(sampling.top_k)(ids, scores)
    if sampling.top_p < 1:
        rising = scores.softmax(-1).sort().values.cumsum(-1)
        assume((rising - (1 - sampling.top_p)).abs().min() > BORDER)
        scores = TopPLogitsWarper(sampling.top_p)(ids, scores)
    if sampling.min_p:
        shares = (scores - scores.max()).exp()
        assume((shares - sampling.min_p).abs().min() > BORDER)
        scores = MinPLogitsWarper(sampling.min_p)(ids, scores)
    return scores.softmax(-1)[0]


def assert_same(found: Distribution, case: Case) -> None:
    """Check ids and probabilities; where top-p cuts through equal ones, any of them may stay."""
    expected = of_transformers(case)
    if expected.isnan().any():
        reject()  # transformers' bans may leave nothing
    dense = torch.zeros_like(expected, dtype=torch.float64)
    dense[torch.from_numpy(found.ids)] = torch.from_numpy(found.probabilities).double()
    _, group = _scores(case)[0].unique(return_inverse=True)
    groups = torch.zeros(2, len(expected), dtype=torch.float64)
    groups[0].index_add_(0, group, dense)
    groups[1].index_add_(0, group, expected.double())
    assert torch.allclose(groups[0], groups[1], rtol=0, atol=TOLERANCE)
    assert (dense > FAINT).sum() == (expected > FAINT).sum()
    assert len(found.ids) == len(set(found.ids.tolist()))


def _scores(case: Case) -> torch.Tensor:
    """Return the logits after penalty and bans."""
    rules, sampling = LogitsProcessorList(), case.sampling
    if sampling.repetition_penalty != 1:
        rules.append(RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty))
    if sampling.no_repeat_ngram_size:
        rules.append(NoRepeatNGramLogitsProcessor(sampling.no_repeat_ngram_size))
    scores: torch.Tensor = rules(torch.tensor([case.history]), case.logits)
    return scores
