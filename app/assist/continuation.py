"""The text before the caret, made into a prompt, and the stream that comes back, made to join it."""

CONTEXT_CHARACTERS = 6000  # about 1,400 tokens of English: a second of prefill on two CPU cores
CONTEXT_STEP = 2000  # the window moves in steps, so that its beginning, and the prefix cache, stay the same


def build_prompt(before: str) -> str:
    """Return what the model reads: the end of the text before the caret, or nothing of one that is all blank.

    It ends where the caret stands, in mid-word or behind a space: the engine finds the tokens that fit there.
    """
    excess = len(before) - CONTEXT_CHARACTERS
    if excess > 0:
        before = _from_boundary(before, -(-excess // CONTEXT_STEP) * CONTEXT_STEP)
    return before if before.strip() else ""


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


def _from_boundary(text: str, at_least: int) -> str:
    """Return `text` from the first paragraph, sentence or word that begins at or behind `at_least`."""
    reach = at_least + CONTEXT_STEP // 2
    for boundary in ("\n", ". ", " "):
        found = text.find(boundary, at_least, reach)
        if found >= 0:
            return text[found + len(boundary) :]
    return text[at_least:]
