"""From logits to the next token of each continuation."""

from collections.abc import Collection, Sequence
from random import Random

import numpy as np
import torch

from app.engines.distribution import Distribution, Floats, narrow
from app.engines.protocols import Sampling
from app.engines.token_history import TokenHistory


class Sampler:
    """Chooses tokens by the rules of a `Sampling`, in the order of transformers' processors.

    Each continuation has a history and random numbers of its own: number i of a batch with seed s becomes
    what it would be alone with seed s + i.

    Args:
        sampling: the rules. A seed makes the choices repeatable.
        forbidden_first: token ids that may not be the first choice, so that a stream is never empty.
        histories: for each continuation the ids before it, prompt included.
    """

    def __init__(
        self, sampling: Sampling, forbidden_first: Collection[int], histories: Sequence[Sequence[int]]
    ) -> None:
        self._sampling = sampling
        self._forbidden = forbidden_first
        self.rewrite_histories(histories)
        seed = sampling.seed
        self._chances = [Random(None if seed is None else seed + row) for row in range(len(histories))]

    def choose(self, logits: torch.Tensor) -> list[int]:
        """Return the next token's id for each continuation, and add it to that one's history.

        Args:
            logits: [batch, vocabulary], float32 or bfloat16, on the CPU; left as they are.

        Raises:
            InklingError: the logits are not numbers.
        """
        drawn = zip(self.distributions(logits), self._chances, strict=True)
        chosen = [distribution.draw(chance) for distribution, chance in drawn]
        for history, token in zip(self._histories, chosen, strict=True):
            history.append(token)
        self._forbidden = ()
        return chosen

    def rewrite_histories(self, histories: Sequence[Sequence[int]]) -> None:
        """Take other ids for what stands before each continuation; the random numbers go on."""
        self._histories = [TokenHistory(ids, self._sampling.no_repeat_ngram_size) for ids in histories]

    def distributions(self, logits: torch.Tensor) -> list[Distribution]:
        """Return what `choose` would draw from, changing nothing.

        Raises:
            InklingError: the logits are not numbers.
        """
        rows = logits.float().numpy()
        return [
            narrow(self._weigh(row, history), self._sampling)
            for row, history in zip(rows, self._histories, strict=True)
        ]

    def _weigh(self, logits: Floats, history: TokenHistory) -> Floats:
        """Return the logits, [vocabulary], after bans and penalty."""
        vocabulary = len(logits)
        scores = np.empty(vocabulary + 1, dtype=np.float32)
        scores[:vocabulary] = logits
        scores[vocabulary] = -np.inf  # in place of all ids that a tokenizer names and the model has not
        _rule_out(scores, self._forbidden)
        penalty = self._sampling.repetition_penalty
        if penalty != 1:
            said = scores.take(history.window, mode="clip")
            worse = np.minimum if penalty > 1 else np.maximum
            scores.put(history.window, worse(said * penalty, said / penalty), mode="clip")
        _rule_out(scores, history.repeating())
        return scores[:vocabulary]


def _rule_out(scores: Floats, tokens: Collection[int]) -> None:
    """Put the tokens' scores, the last one for all behind it, to -inf unless nothing would be left."""
    places = list(tokens)
    if places:
        plain = scores.take(places, mode="clip")
        scores.put(places, -np.inf, mode="clip")
        if scores.max() == -np.inf:
            scores.put(places, plain, mode="clip")
