"""Other words for a word, by what a masked model alone says: for models that come without a word table."""

from collections.abc import Iterator

import torch

from app.engines.masked_model import MaskedModel
from app.engines.protocols import Suggestion

MASKED_WEIGHT = 0.3  # of the log-probability with the word hidden, beside 1 for the word left visible
SIMILARITY_WEIGHT = 20.0  # of the cosine of the input embeddings, which speaks for the same meaning


class VocabularyRanking:
    """Ranks all whole words of a model for the place of another."""

    def __init__(self, masked: MaskedModel) -> None:
        self._masked = masked
        self._embeddings = _centred_embeddings(masked)  # [vocabulary, hidden], of length 1

    def rank(self, text: str, start: int, end: int) -> Iterator[Suggestion]:
        """Yield all whole words for `text[start:end]`, best first.

        A mask alone finds words that are likely, not words that mean the same; the output at a word that is
        left visible, and nearness of the input embeddings, keep its meaning.
        """
        masked = self._masked
        encoding = masked.encode(text)
        pieces = masked.pieces_within(encoding, start, end)
        if not pieces or text[start:end].isspace():
            return
        visible, at = masked.window_around(encoding.ids, pieces)
        hidden = [*visible[: at.start], masked.mask_id, *visible[at.stop :]]
        # The output at a piece of a word predicts pieces, not words: there only the mask speaks.
        rows = [visible, hidden] if len(at) == 1 else [hidden]
        *kept, with_mask = masked.read(rows, [at.start]).logprobs[:, 0]  # each [vocabulary]
        own = self._embeddings[[visible[place] for place in at]].float().mean(0)
        own = torch.nn.functional.normalize(own, dim=-1).to(self._embeddings.dtype)
        cosine = torch.nn.functional.linear(own[None], self._embeddings)[0].float().cpu()
        likelihood = kept[0] + MASKED_WEIGHT * with_mask if kept else with_mask
        scores = likelihood + SIMILARITY_WEIGHT * cosine
        candidates = masked.vocabulary.candidates(encoding.tokens[pieces.start])
        order = scores[candidates].argsort(descending=True)
        own_pieces = {visible[place] for place in at}
        for index in candidates[order].tolist():
            if index not in own_pieces:
                yield Suggestion(masked.vocabulary.texts[index], float(scores[index]))


def _centred_embeddings(masked: MaskedModel) -> torch.Tensor:
    """Return the input embeddings without the direction that all words share, each of length 1."""
    weights = masked.model.get_input_embeddings().weight.detach()
    words = masked.vocabulary.starting.to(weights.device)
    centre = weights[words].float().mean(0) if len(words) else weights.float().mean(0)
    return torch.nn.functional.normalize(weights.float() - centre, dim=-1).to(weights.dtype)
