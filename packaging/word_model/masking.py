"""Whole-word masking: all pieces of a word share its fate."""

import numpy as np
from numpy.typing import NDArray

from word_pieces import WordPieces


def mask_words(
    ids: NDArray[np.int64],
    pieces: WordPieces,
    rng: np.random.Generator,
    share: float = 0.15,
    hidden: float = 0.8,
    swapped: float = 0.1,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose words and hide them.

    Args:
        ids: framed windows, [rows, tokens].
        pieces: the vocabulary.
        rng: where chance comes from.
        share: how many of the words are chosen.
        hidden: the share of the chosen words that become [MASK].
        swapped: the share that become other words; the rest stay as they are.

    Returns:
        The windows as the model gets them, [rows, tokens], and where the pieces of the chosen words stand in
        the flattened windows, [masks].
    """
    text = ~pieces.special[ids]
    first = np.zeros_like(text)
    first[:, 1:] = ~text[:, :-1]  # a window may begin inside a word
    word = (text & (first | ~pieces.continues[ids])).ravel().cumsum().reshape(ids.shape) - 1
    words = int(word.max()) + 1
    chosen = text & (rng.random(words) < share)[word]
    fate = rng.random(words)[word]
    shown = ids.copy()
    shown[chosen & (fate < hidden)] = pieces.mask
    others = chosen & (fate >= 1 - swapped)
    shown[others] = rng.choice(pieces.ordinary, int(others.sum()))
    return shown, np.flatnonzero(chosen)
