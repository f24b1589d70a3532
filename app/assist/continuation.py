"""The text before the caret, made into a prompt, and the stream that comes back, made to join it."""

import re

CONTEXT_CHARACTERS = 6000  # about 1,400 tokens of English: a second of prefill on two CPU cores
CONTEXT_STEP = 2000  # the window moves in steps, so that its beginning, and the prefix cache, stay the same
BOUNDARY_REACH = CONTEXT_STEP // 2  # how far a boundary for its beginning is looked for
BOUNDARIES = (r"\n+", r"[.!?…][\"'”’»)]*\s+|[。！？][」』”’]*", r"\s+")  # of paragraphs, sentences, words

NOT_ON_PAGE = str.maketrans({"\r": None, "\0": None, "\ufdd0": None, "\ufdd1": None, "\u2029": "\n"})


def build_prompt(before: str) -> str:
    """Return what the model reads: the end of the text before the caret, or nothing of one that is all blank.

    It ends where the caret stands, in mid-word or behind a space: the engine finds the tokens that fit there.
    """
    excess = len(before) - CONTEXT_CHARACTERS
    if excess > CONTEXT_STEP:
        start = excess // CONTEXT_STEP * CONTEXT_STEP
        before = before[start + first_boundary(before[start : start + BOUNDARY_REACH]) :]
    return before if before.strip() else ""


def first_boundary(passage: str) -> int:
    """Return where the first paragraph, or else sentence, or else word of a passage begins; 0 without any."""
    found = (re.search(boundary, passage) for boundary in BOUNDARIES)
    return next((boundary.end() for boundary in found if boundary), 0)


def as_on_page(text: str) -> str:
    """Return a piece of a stream as a page holds it: its lines end in line feeds alone."""
    return text.translate(NOT_ON_PAGE)


class Joiner:
    """Keeps a stream from beginning with white space where some stands before the caret already.

    The engine goes on from the caret, but a model may mean a second space, or a line break on an empty line.
    """

    def __init__(self, before: str) -> None:
        self._trims = not before or before[-1].isspace()

    def join(self, text: str) -> str:
        """Return the next piece of the stream as it belongs on the page."""
        if self._trims:
            text = text.lstrip()
            self._trims = not text
        return text
