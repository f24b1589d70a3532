"""The part of the document that the model reads before it continues."""

from PySide6.QtGui import QTextCursor, QTextDocument

from app.assist.continuation import BOUNDARY_REACH, CONTEXT_CHARACTERS, CONTEXT_STEP, first_boundary
from ui.editor.plain_text import text_between, utf16_offset


class PromptWindow:
    """Keeps the beginning of what is read in its place, so that one prompt begins like the one before it.

    The model reads again only what follows the common beginning of two prompts. So the window's beginning is
    a text cursor, which goes along with edits in front of it. It moves to a boundary some `reach` before the
    caret once the caret is more than a `step` farther away from it, or closer to it than half of that.

    Args:
        document: what the writer writes.
        reach: how many code units are wanted.
        step: how many more there may be before the window moves.
    """

    def __init__(
        self, document: QTextDocument, reach: int = CONTEXT_CHARACTERS, step: int = CONTEXT_STEP
    ) -> None:
        self._document = document
        self._reach = reach
        self._step = step
        self._begin = QTextCursor(document)
        self._begin.setKeepPositionOnInsert(True)  # what is written at the beginning belongs to the window

    def text_before(self, position: int) -> str:
        """Return what the window holds before a place, in UTF-16 code units."""
        self._begin.setPosition(self._begin_for(position))
        return text_between(self._document, self._begin.position(), position)

    def text_aside(self, position: int) -> str:
        """Return the same for a look at another place, and leave the window where the caret needs it."""
        return text_between(self._document, self._begin_for(position), position)

    def _begin_for(self, position: int) -> int:
        begin = self._begin.position()
        length = position - begin
        comes_close = length < self._reach // 2 and begin > 0
        is_far = length > self._reach + self._step
        return self._boundary_before(position) if comes_close or is_far else begin

    def _boundary_before(self, position: int) -> int:
        start = position - self._reach
        if start <= 0:
            return 0
        passage = text_between(self._document, start, start + BOUNDARY_REACH)
        return start + utf16_offset(passage, first_boundary(passage))
