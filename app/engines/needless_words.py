"""Words that a sentence may do without: proposed by rule, judged by the model."""

from collections.abc import Generator

import torch

from app.engines.masked_model import MaskedModel
from app.engines.needless_candidates import FILLERS, Candidate, candidates
from app.engines.protocols import Checked, NeedlessKind, NeedlessWord

NEIGHBOURS = 2  # tokens on either side whose probabilities are compared
LEAST_GAIN: dict[NeedlessKind, float] = {"repeated": 0.0, "filler": -0.4}
# The share of the mask's probability that must go to fillers: "a just man" has another kind of word there.
LEAST_FILLER_SHARE = 0.05


def find_needless(
    masked: MaskedModel, text: str, start: int, end: int
) -> Generator[Checked, None, list[NeedlessWord]]:
    """Yield before each word that is looked at; return those that may go. See `MaskFiller.find_needless`."""
    fillers = _filler_ids(masked)
    found = []
    proposed = list(candidates(text, start, end))
    for done, candidate in enumerate(proposed):
        yield Checked(done, len(proposed))
        with torch.inference_mode():  # between two steps the thread does other work
            gain = _gain(masked, text, candidate, fillers)
        if gain is not None and gain >= LEAST_GAIN[candidate.kind]:
            found.append(NeedlessWord(candidate.start, candidate.end, candidate.kind, gain))
    yield Checked(len(proposed), len(proposed))
    return found


def _gain(masked: MaskedModel, text: str, candidate: Candidate, fillers: list[int]) -> float | None:
    """Return how much likelier the neighbours are without the word; None where it is no filler here.

    This is the difference of two pseudo-log-likelihoods (Salazar et al., ACL 2020), each token masked once, a
    token on average. Only the nearest are read: the others hardly move, and add more noise than they tell.
    """
    encoding = masked.encode(text[candidate.first : candidate.last])
    pieces = masked.pieces_within(
        encoding, candidate.start - candidate.first, candidate.end - candidate.first
    )
    ids, at = masked.window_around(encoding.ids, pieces)
    first, last = len(masked.frame[0]), len(ids) - len(masked.frame[1])
    before = range(max(first, at.start - NEIGHBOURS), at.start)
    behind = range(at.stop, min(at.stop + NEIGHBOURS, last))
    if not at or not (before or behind):
        return None
    if candidate.kind == "filler" and _filler_share(masked, ids, at, fillers) < LEAST_FILLER_SHARE:
        return None
    without = [*ids[: at.start], *ids[at.stop :]]
    kept = _pseudo_log_likelihood(masked, ids, [*before, *behind])
    left_out = _pseudo_log_likelihood(masked, without, [*before, *(place - len(at) for place in behind)])
    return (left_out - kept) / (len(before) + len(behind))


def _pseudo_log_likelihood(masked: MaskedModel, ids: list[int], places: list[int]) -> float:
    """Return the sum of the log-probabilities of the tokens at `places`, each masked by itself."""
    rows = [[*ids[:place], masked.mask_id, *ids[place + 1 :]] for place in places]
    logprobs = masked.read_each(rows, places)  # [places, vocabulary]
    return float(logprobs[range(len(places)), [ids[place] for place in places]].sum())


def _filler_share(masked: MaskedModel, ids: list[int], at: range, fillers: list[int]) -> float:
    """Return the probability that the model gives to all fillers together in the word's place."""
    row = [*ids[: at.start], masked.mask_id, *ids[at.stop :]]
    return float(masked.read_each([row], [at.start])[0, fillers].exp().sum())


def _filler_ids(masked: MaskedModel) -> list[int]:
    texts = masked.vocabulary.texts
    return [index for index in masked.vocabulary.starting.tolist() if texts[index] in FILLERS]
