"""The words that a model weighed where one stands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.engines.protocols import NextWord, WeighedPiece

MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that the model weighed.

    logprob: natural logarithm of its probability by the model's own distribution, before any sampling rule.
    stands: whether it is the word that stands there.
    """

    text: str
    logprob: float
    stands: bool

    @property
    def percent(self) -> str:
        """Its probability, as "34 %"."""
        share = 100 * math.exp(self.logprob)
        if share < 1:
            return "<1 %"
        return ">99 %" if share > 99 else f"{round(share)} %"


def choices(words: Sequence[NextWord], standing: str, weighed: Sequence[WeighedPiece]) -> list[Choice]:
    """Return the words that the model weighed, likeliest first; the standing word always among them.

    Where it is not among the likeliest it comes last. The product of its pieces' probabilities, which is all
    that is known of it then, counts words as well that only begin with it; so it is never shown as likelier
    than a word that was found before it.

    Args:
        words: what the model may go on with there, likeliest first.
        standing: the word that stands there.
        weighed: the pieces of the standing word.
    """
    found: dict[str, float] = {}
    for word in words:
        text = word.text.strip()
        if text:
            found[text] = _sum(found[text], word.logprob) if text in found else word.logprob
    ranked = sorted(found.items(), key=lambda one: -one[1])
    first = [Choice(text, logprob, text == standing) for text, logprob in ranked[:MOST_CHOICES]]
    if any(choice.stands for choice in first):
        return first
    first = first[: MOST_CHOICES - 1]
    logprob = found.get(standing, sum(piece.logprob for piece in weighed))
    return [*first, Choice(standing, min([logprob, *(one.logprob for one in first)]), stands=True)]


def _sum(one: float, other: float) -> float:
    """Return the logarithm of the sum of two probabilities."""
    high, low = max(one, other), min(one, other)
    return high + math.log1p(math.exp(low - high))
