"""Chinese and Japanese words: as many characters as the word has, filled in together."""

import heapq
import itertools
from collections.abc import Iterator

from app.engines.masked_model import MaskedModel
from app.engines.protocols import Suggestion

LONGEST_WORD = 4  # characters that are filled in together
BEAM = 12  # characters weighed at each place of such a word


def is_cjk(word: str) -> bool:
    """Tell whether a word is written in Chinese characters or kana alone."""
    return all("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or c >= "\U00020000" for c in word)


def fill_characters(masked: MaskedModel, text: str, start: int, end: int) -> Iterator[Suggestion]:
    """Yield words of as many characters as `text[start:end]` has, best first."""
    length = end - start
    encoding = masked.encode(text)
    pieces = masked.pieces_within(encoding, start, end)
    texts = masked.vocabulary.texts
    characters = [
        index
        for index in masked.vocabulary.joined.tolist()
        if len(texts[index]) == 1 and is_cjk(texts[index])
    ]
    if not pieces or not characters or length > LONGEST_WORD:
        return
    visible, at = masked.window_around(encoding.ids, pieces)
    hidden = [*visible[: at.start], *[masked.mask_id] * length, *visible[at.stop :]]
    places = list(range(at.start, at.start + length))
    logprobs = masked.read([hidden], places).logprobs[0][:, characters]  # [places, characters]
    best = logprobs.topk(min(BEAM, len(characters)))
    columns = [
        [(value, texts[characters[index]]) for value, index in zip(values, indices, strict=True)]
        for values, indices in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
    words = (
        (sum(v for v, _ in combination), "".join(c for _, c in combination))
        for combination in itertools.product(*columns)
    )
    for score, word in heapq.nlargest(BEAM**2, words):
        yield Suggestion(word, score)
