"""Prose of any length, for measuring."""

from dataclasses import dataclass
from pathlib import Path

from app.engines.tokenizer_loading import load_tokenizer

PARAGRAPH = (
    "The road came down from the hills in the last of the light, and the old man who walked on it had been "
    "walking since morning. He carried a lamp that he had not lit, a coat over his arm, and a letter that he "
    "knew by heart. Below him lay the harbour, the boats drawn up on the stones, and one window in which "
    "somebody had remembered to put a candle. "
)
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
