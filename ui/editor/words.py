"""The word and the phrase at a place in the page."""

import unicodedata

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QTextBlock, QTextCursor

from ui.editor.plain_text import PARAGRAPH_SEPARATOR, code_points, from_utf16, to_utf16, utf16_length
from ui.editor.sentences import select_sentence

LONGEST_PHRASE = 3  # words
JOINERS = "'’-"


def select_word(cursor: QTextCursor) -> QTextCursor | None:
    """Return a cursor that selects the word at the caret, or None where there is none.

    Words are found by Unicode's rules (UAX #29); one that touches the caret on the left will do. Apostrophes
    and hyphens inside belong to it, the underscores around emphasis do not.
    """
    text = cursor.block().text()
    caret = code_points(text, cursor.positionInBlock())
    first, last = caret, caret  # a word holds no space: one run between two is all that need be looked at
    while first > 0 and not text[first - 1].isspace():
        first -= 1
    while last < len(text) and not text[last].isspace():
        last += 1
    before = utf16_length(text[:first])
    offset = cursor.positionInBlock() - before
    touching = [(start, end) for start, end in _words(text[first:last]) if start <= offset <= end]
    if not touching:
        return None
    start, end = touching[-1]
    return _selecting(cursor.block(), before + start, before + end)


def select_phrase(cursor: QTextCursor) -> QTextCursor | None:
    """Return a cursor that selects what `cursor` selects, in whole words and without the marks at its edges.

    None where that is nothing, more than three words, or reaches beyond one sentence. A selection that holds
    marks alone keeps them.
    """
    selected = cursor.selectedText()
    phrase = selected.strip()
    if not phrase or PARAGRAPH_SEPARATOR in phrase:
        return None
    before, _ = selected.split(phrase, 1)
    start = cursor.selectionStart() + utf16_length(before)
    block = cursor.document().findBlock(start)
    first = start - block.position()
    first, last = _whole_words(block.text(), first, first + utf16_length(phrase))
    found = _selecting(block, first, last)
    first, last = (first + offset for offset in _core(found.selectedText()))
    found = _selecting(block, first, last)
    words = [piece for piece in found.selectedText().split() if _holds_a_word(piece)]
    if len(words) > LONGEST_PHRASE or found.selectionEnd() > select_sentence(found).selectionEnd():
        return None
    return found


def _selecting(block: QTextBlock, start: int, end: int) -> QTextCursor:
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + start)
    cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _words(text: str) -> list[tuple[int, int]]:
    """Return where the words of `text` begin and end, in code units."""
    units = to_utf16(text)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)
    words: list[tuple[int, int]] = []
    start = 0
    while (end := finder.toNextBoundary()) != -1:
        piece = from_utf16(units[2 * start : 2 * end])
        if _holds_a_word(piece):
            first, last = (start + offset for offset in _core(piece))
            if words and from_utf16(units[2 * words[-1][1] : 2 * first]) in tuple(JOINERS):
                first, _ = words.pop()
            words.append((first, last))
        start = end
    return words


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place from `start` to `end`, in code units, widened to words that it begins or ends in."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)
    finder.setPosition(start)
    start = start if finder.isAtBoundary() else finder.toPreviousBoundary()
    finder.setPosition(end)
    return start, end if finder.isAtBoundary() else finder.toNextBoundary()


def _core(text: str) -> tuple[int, int]:
    """Return where `text` begins and ends without the marks at its edges, in code units."""
    letters = [i for i, c in enumerate(text) if c.isalnum()]
    if not letters:
        return 0, utf16_length(text)
    end = letters[-1] + 1
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):  # accents and vowel signs
        end += 1
    return utf16_length(text[: letters[0]]), utf16_length(text[:end])


def _holds_a_word(text: str) -> bool:
    return any(c.isalnum() for c in text)
