"""When ghost text speaks, and where it stops."""

import math
from collections.abc import Generator

from app.assist.continuation import Joiner
from app.engines.prompts import Prompt, as_text
from app.engines.protocols import Checked, MaskFiller, Prefilled, Sampling, TextGenerator, Token

MAX_TOKENS = 14
LATER_WORDS = 0.6  # a later word may be this much less sure than the first
SENTENCE_ENDS = ".!?…。！？"


def draft(
    generator: TextGenerator,
    masked: MaskFiller | None,
    prompt: Prompt,
    following: str,
    often: float,
    choice: int = 0,
) -> Generator[Prefilled | Checked | str, None, str]:
    """Write ghost text, or find that nothing is sure; yield what is sure so far whenever there is more of it.

    Args:
        generator: writes the words.
        masked: agrees with them, or not; None where no masked model is loaded.
        prompt: what stands before the caret.
        following: what stands behind it.
        often: see `Draft`.
        choice: see `Draft`.
    """
    collected = GhostDraft(as_text(prompt), 0.9 * (1 - often))
    if choice:
        words = yield from generator.next_words(prompt, choice + 1)
        return words[choice].text if choice < len(words) else ""
    steps = generator.generate(prompt, Sampling.greedy(), MAX_TOKENS)
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            if end.value == "stop":
                collected.end()
            return collected.text
        if isinstance(step, Prefilled):
            yield step
        elif not collected.take(step):
            steps.close()
            return collected.text
        else:
            yield collected.text


class GhostDraft:
    """Collects a greedy continuation word by word and keeps the part that the model is sure of.

    Args:
        before: the text before the caret.
        confidence: the least probability of the first word, 0 to 1. A word's probability is the product of
            those of its tokens.
    """

    def __init__(self, before: str, confidence: float) -> None:
        self._joiner = Joiner(before)
        self._threshold = confidence
        self._sure: list[str] = []
        self._word = ""
        self._logprob = 0.0
        self._tokens = 0
        self._ended = False

    @property
    def text(self) -> str:
        """What to show; empty means silence."""
        return "".join(self._sure).rstrip()

    def take(self, token: Token) -> bool:
        """Take the next token and tell whether more are wanted."""
        if self._ended:
            return False
        text = self._joiner.join(token.text)
        if self._word and _begins_word(text):
            self._end_word()
        if not self._ended:
            self._tokens += 1
            self._word += text
            self._logprob += token.logprob
            if "\n" in self._word or self._tokens >= MAX_TOKENS:
                self._ended = True  # the last word may be half a word: it is not shown
            elif self._word.rstrip().endswith(tuple(SENTENCE_ENDS)):
                self._end_word()
                self._ended = True
        return not self._ended

    def end(self) -> None:
        """Say that the model ended the text: its last word is whole."""
        if not self._ended and self._word:
            self._end_word()
        self._ended = True

    def _end_word(self) -> None:
        if math.exp(self._logprob) < self._threshold:
            self._ended = True
            return
        if not self._sure:
            self._threshold *= LATER_WORDS
        self._sure.append(self._word)
        self._word, self._logprob = "", 0.0


def _begins_word(text: str) -> bool:
    """Tell whether a token begins a new word rather than carrying on the last one."""
    return bool(text) and not (text[0].isalnum() or text[0] in "'’-")
