"""The parts in which ghost text is taken."""

import unicodedata

from PySide6.QtCore import QTextBoundaryFinder

from ui.editor.plain_text import from_utf16, to_utf16
from ui.editor.sentences import sentence_places

BEFORE = "word"  # stands for the text before the caret, of which a sentence may need no more than its mark


def first_word(text: str) -> str:
    """Return `text` up to the end of its first word, with the space before it and the marks behind it.

    Where scripts set no spaces between words it ends by Unicode's rules (UAX #29).
    """
    lead = len(text) - len(text.lstrip())
    end = next((i for i, c in enumerate(text) if i > lead and c.isspace()), len(text))
    word = text[lead:end]
    if unicodedata.east_asian_width(word[:1] or " ") not in ("W", "F"):
        return text[:end]
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, word)
    cut = from_utf16(to_utf16(word)[: 2 * finder.toNextBoundary()])
    marks = next((i for i, c in enumerate(word[len(cut) :]) if c.isalnum()), len(word) - len(cut))
    return text[: lead + len(cut) + marks]


def first_sentence(text: str) -> str:
    """Return `text` up to the end of the first sentence that ends in it, or else all of it."""
    places = sentence_places(BEFORE + text)
    if not places:
        return text
    return from_utf16(to_utf16(BEFORE + text)[: 2 * places[0][1]])[len(BEFORE) :] or text
