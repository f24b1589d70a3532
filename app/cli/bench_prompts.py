"""Prose of any length, for measuring."""

from dataclasses import dataclass
from pathlib import Path

from app.cli.bench_prose import PARAGRAPH
from app.engines.tokenizer_loading import load_tokenizer

FEWEST_TOKENS = 40  # of the paragraph, in any tokenizer


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text and its tokens."""

    text: str
    ids: list[int]


class Prompts:
    """Makes prompts of a length in tokens, for the model in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = load_tokenizer(folder)
        self.vocabulary: int = self._tokenizer.get_vocab_size()

    def make(self, number: int, tokens: int) -> Prompt:
        """Return prose of so many tokens, at most one word less, that ends with a word.

        Args:
            number: what it begins with, so that nothing of it was read before.
            tokens: its length, about 10 at least.
        """
        text = f"{number}. " + PARAGRAPH * (tokens // FEWEST_TOKENS + 1)
        end = self._tokenizer.encode(text).offsets[tokens - 1][1]
        if text[end : end + 1].isalpha():
            end = text.rindex(" ", 0, end)
        return Prompt(text[:end], self._tokenizer.encode(text[:end]).ids)
