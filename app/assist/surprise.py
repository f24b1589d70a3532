"""How unexpected each word of a text was to the model that read it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.document.statistics import word_spans
from app.engines.protocols import WeighedPiece

STEP_BITS = 4.0  # each step is 16 times less likely than the one before it
STEPS = 4


@dataclass(frozen=True, slots=True)
class WordBits:
    """A word, `text[start:end]` in code points, and its surprisal in bits: -log2 of its probability."""

    start: int
    end: int
    bits: float

    @property
    def step(self) -> int:
        """How unexpected it was, see `step_of`."""
        return step_of(self.bits)


def bits_of(logprob: float) -> float:
    """Return a natural logarithm of a probability as surprisal in bits."""
    return max(0.0, -logprob / math.log(2))


def step_of(bits: float) -> int:
    """Return how unexpected a word was: 0 below 4 bits (1 in 16), then one more every 4 bits, up to 4."""
    return int(min(bits / STEP_BITS, STEPS))


def bits_of_words(pieces: Sequence[WeighedPiece]) -> list[WordBits]:
    """Return the surprisal of each word of the text that `pieces` make up.

    A word's is the sum of its pieces' (chain rule; Shannon, 1948). A piece counts for the first word that
    it touches; marks that touch none count for nothing. A piece without text, the first bytes of a character,
    counts for the next one.
    """
    words = list(word_spans("".join(piece.text for piece in pieces)))
    bits = [0.0] * len(words)
    at = begin = 0
    carried = 0.0
    for piece in pieces:
        carried += bits_of(piece.logprob)
        if not piece.text:
            continue
        end = begin + len(piece.text)
        while at < len(words) and words[at][1] <= begin:
            at += 1
        if at < len(words) and words[at][0] < end:
            bits[at] += carried
        carried = 0.0
        begin = end
    return [WordBits(*word, value) for word, value in zip(words, bits, strict=True)]
