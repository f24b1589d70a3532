"""The text before the caret, made into a prompt, and the stream that comes back, made to join it."""

import re

CONTEXT_CHARACTERS = 6000  # about 1,400 tokens of English: a second of prefill on two CPU cores
CONTEXT_STEP = 2000  # the window moves in steps, so that its beginning, and the prefix cache, stay the same
BOUNDARY_REACH = CONTEXT_STEP // 2  # how far a boundary for its beginning is looked for
BOUNDARIES = (r"\n+", r"[.!?…][\"'”’»)]*\s+|[。！？][」』”’]*", r"\s+")  # of paragraphs, sentences, words


def build_prompt(before: str) -> str:
    """Return what the model reads: the end of the text before the caret, without spaces at its end.

    A causal model writes a space as the first character of a word; after a prompt that ends with one, it has
    to begin with an unnatural token. `Joiner` makes up for the spaces that are left out here.
    """
    excess = len(before) - CONTEXT_CHARACTERS
    if excess > CONTEXT_STEP:
        start = excess // CONTEXT_STEP * CONTEXT_STEP
        before = before[start + first_boundary(before[start : start + BOUNDARY_REACH]) :]
    return before.rstrip(" \t\u00a0\u3000")


def first_boundary(passage: str) -> int:
    """Return where the first paragraph, or else sentence, or else word of a passage begins; 0 without any."""
    found = (re.search(boundary, passage) for boundary in BOUNDARIES)
    return next((boundary.end() for boundary in found if boundary), 0)


class Joiner:
    """Makes a stream of text fit behind what stands before the caret: no doubled or missing space."""

    def __init__(self, before: str) -> None:
        self._trims = not before or before[-1].isspace()

    def join(self, text: str) -> str:
        """Return the next piece of the stream as it belongs on the page."""
        if self._trims:
            text = text.lstrip()
            self._trims = not text
        return text
