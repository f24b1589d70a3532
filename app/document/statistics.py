"""How long a text is, in any script."""

import math
import re
import unicodedata
from collections.abc import Iterator

from app.writing_systems import COUNTED_BY_CHARACTERS

WORDS_PER_MINUTE = 238  # silent reading of prose, the mean of Brysbaert's review of 2019

# A word starts with a letter or digit and runs up to a space, a dash between words, or one of those scripts.
_WORD = re.compile(
    rf"[{COUNTED_BY_CHARACTERS}]|[^\W_{COUNTED_BY_CHARACTERS}][^\s\u2013\u2014\u3000-\u303f\uff01-\uff0f{COUNTED_BY_CHARACTERS}]*"
)


def count_words(text: str) -> int:
    """Return the number of words; in Chinese and Japanese, of characters that are not punctuation."""
    return len(_WORD.findall(text))


def word_starts(text: str) -> Iterator[int]:
    """Yield where each word begins."""
    return (match.start() for match in _WORD.finditer(text))


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word begins and ends, without the marks behind it."""
    for match in _WORD.finditer(text):
        end = match.end()
        while unicodedata.category(text[end - 1])[0] not in "LMN":  # letters, their accents, digits
            end -= 1
        yield match.start(), end


def count_characters(text: str) -> int:
    """Return the number of characters, spaces included and line ends left out."""
    return len(text) - text.count("\n")


def reading_minutes(words: int) -> int:
    """Return how many minutes a reader needs, at least one where there is anything to read."""
    return math.ceil(words / WORDS_PER_MINUTE)
