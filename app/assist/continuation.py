"""The text before the caret, made into a prompt, and the stream that comes back, made to join it."""

CONTEXT_CHARACTERS = 6000  # about 1,400 tokens of English: a second of prefill on two CPU cores
CONTEXT_STEP = 2000  # the window moves in steps, so that its beginning, and the prefix cache, stay the same


def build_prompt(before: str) -> str:
    """Return what the model reads: the end of the text before the caret, without spaces at its end.

    A causal model writes a space as the first character of a word; after a prompt that ends with one, it has
    to begin with an unnatural token. `Joiner` makes up for the spaces that are left out here.
    """
    excess = len(before) - CONTEXT_CHARACTERS
    if excess > 0:
        before = _from_boundary(before, -(-excess // CONTEXT_STEP) * CONTEXT_STEP)
    return before.rstrip(" \t\u00a0\u3000")


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


def _from_boundary(text: str, at_least: int) -> str:
    """Return `text` from the first paragraph, sentence or word that begins at or behind `at_least`."""
    reach = at_least + CONTEXT_STEP // 2
    for boundary in ("\n", ". ", " "):
        found = text.find(boundary, at_least, reach)
        if found >= 0:
            return text[found + len(boundary) :]
    return text[at_least:]
