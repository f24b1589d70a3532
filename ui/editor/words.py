"""The word at a place in the page."""

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QTextCursor

from ui.editor.plain_text import from_utf16, to_utf16

JOINERS = "'’-"


def select_word(cursor: QTextCursor) -> QTextCursor | None:
    """Return a cursor that selects the word at `cursor`, or None where there is none.

    A selection that lies within one paragraph and holds no space counts as a word. Otherwise words are found
    by Unicode's rules (UAX #29), and one that touches the caret on the left will do. Apostrophes and hyphens
    inside belong to it.
    """
    block = cursor.block()
    chosen = QTextCursor(cursor)
    if cursor.hasSelection():
        chosen.setPosition(cursor.selectionStart())
        block = chosen.block()
        start, end = cursor.selectionStart() - block.position(), cursor.selectionEnd() - block.position()
        selected = from_utf16(to_utf16(block.text())[2 * start : 2 * end])
        if end > len(to_utf16(block.text())) // 2:
            return None
        start += len(to_utf16(selected)) // 2 - len(to_utf16(selected.lstrip())) // 2
        end -= len(to_utf16(selected)) // 2 - len(to_utf16(selected.rstrip())) // 2
        if not _is_one_word(selected.strip()):
            return None
    else:
        place = _word_around(block.text(), cursor.positionInBlock())
        if place is None:
            return None
        start, end = place
    chosen.setPosition(block.position() + start)
    chosen.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
    return chosen


def _word_around(text: str, offset: int) -> tuple[int, int] | None:
    """Return where the word at `offset` begins and ends, in UTF-16 code units."""
    for start, end in _words(text):
        if start <= offset <= end:
            following = next((w for w in _words(text) if w[0] == end), None)
            return following if following and offset == end else (start, end)
    return None


def _words(text: str) -> list[tuple[int, int]]:
    units = to_utf16(text)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)
    words: list[tuple[int, int]] = []
    start = 0
    while (end := finder.toNextBoundary()) != -1:
        piece = from_utf16(units[2 * start : 2 * end])
        if any(c.isalnum() for c in piece):
            joined = bool(words) and _joins(from_utf16(units[2 * words[-1][1] : 2 * start]))
            words[-1:] = [(words[-1][0], end)] if joined else [*words[-1:], (start, end)]
        start = end
    return words


def _joins(between: str) -> bool:
    return len(between) == 1 and between in JOINERS


def _is_one_word(text: str) -> bool:
    return any(c.isalnum() for c in text) and not any(c.isspace() for c in text)
