"""How sure a next word is where the masked model reads what stands on both sides of the caret."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.engines.protocols import MaskFiller
from app.errors import InklingError

FILLERS = 50  # words for the gap that are looked through
AGREEMENT = 0.6  # how far the masked model is believed; see packaging/ghost_text
LEAST = 0.02  # of the causal model's probability, from which the other one is asked at all


@dataclass(frozen=True, slots=True)
class SureWord:
    """A word as it belongs at the caret, and how sure it is to be right, 0 to 1."""

    text: str
    sureness: float


def agreed(
    words: Sequence[SureWord], masked: MaskFiller | None, before: str, following: str
) -> list[SureWord]:
    """Return the words in the order of how sure both models are of them.

    A word is right if either model is: 1 - (1 - p)(1 - `AGREEMENT` q). The masked model fills the gap with
    one word, where the writer may mean several; so it may speak for a word and not against one.

    Args:
        words: with the causal model's probabilities.
        masked: None where there is none. One that cannot be asked counts as none.
        before: the text before the caret.
        following: the rest of the line. Without a word in it the masked model has nothing to add.
    """
    if masked is not None and any(character.isalnum() for character in following):
        with suppress(InklingError):  # it is being loaded, or was lost
            fillers = masked.fill_gap(before + following, len(before), FILLERS)
            shares = {filler.text.casefold(): min(math.exp(filler.score), 1.0) for filler in fillers}
            words = [either(word, shares) for word in words]
    return sorted(words, key=lambda word: -word.sureness)


def either(word: SureWord, shares: Mapping[str, float]) -> SureWord:
    """Return how sure a word is by both models.

    Args:
        word: with the causal model's probability.
        shares: the masked model's words, in lower case, and their probabilities.
    """
    if word.sureness < LEAST:
        return word
    share = shares.get(word.text.strip().casefold(), 0.0)
    return SureWord(word.text, 1 - (1 - word.sureness) * (1 - AGREEMENT * share))
