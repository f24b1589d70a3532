"""The part of the document that the model reads before it continues."""

from PySide6.QtGui import QTextCursor, QTextDocument

from app.assist.continuation import BOUNDARY_REACH, CONTEXT_CHARACTERS, CONTEXT_STEP, first_boundary
from ui.editor.plain_text import text_between, utf16_offset

LEAST = CONTEXT_CHARACTERS // 2  # code units before the caret for which the window stays where it is


class PromptWindow:
    """Keeps the beginning of what is read in its place, so that one prompt begins like the one before it.

    The model reads again only what follows the common beginning of two prompts. So the window's beginning is
    a text cursor, which goes along with edits in front of it. It moves to a boundary some CONTEXT_CHARACTERS
    before the caret once the caret is more than a CONTEXT_STEP farther away from it, or comes close to it.

    Args:
        document: what the writer writes.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._begin = QTextCursor(document)
        self._begin.setKeepPositionOnInsert(True)  # what is written at the beginning belongs to the window

    def text_before(self, position: int) -> str:
        """Return what the window holds before a place, in UTF-16 code units."""
        length = position - self._begin.position()
        comes_close = length < LEAST and not self._begin.atStart()
        if comes_close or length > CONTEXT_CHARACTERS + CONTEXT_STEP:
            self._begin.setPosition(self._boundary_before(position))
        return text_between(self._document, self._begin.position(), position)

    def _boundary_before(self, position: int) -> int:
        start = position - CONTEXT_CHARACTERS
        if start <= 0:
            return 0
        passage = text_between(self._document, start, start + BOUNDARY_REACH)
        return start + utf16_offset(passage, first_boundary(passage))
