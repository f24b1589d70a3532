"""Two neighbouring sentences, followed while the text around them changes."""

from PySide6.QtGui import QTextCursor, QTextDocument

from ui.editor.sentences import Sentence


class SentenceJoin:
    """Knows where two sentences of one paragraph stand, until either is edited or they are torn apart."""

    def __init__(self, document: QTextDocument, before: Sentence, after: Sentence) -> None:
        self.before = before.text
        self.after = after.text
        self._before_length = before.end - before.start  # in UTF-16 code units, as the next
        self._after_offset = after.start - before.start
        self._span = QTextCursor(document)
        self._span.setPosition(before.start)
        self._span.setPosition(after.end, QTextCursor.MoveMode.KeepAnchor)
        self._span.setKeepPositionOnInsert(True)  # what is typed behind the two belongs to the next
        self._text = self._span.selectedText()

    @property
    def is_whole(self) -> bool:
        """Whether both sentences still stand side by side as they did."""
        return self._span.selectedText() == self._text

    @property
    def place(self) -> int:
        """Where the second sentence begins, in UTF-16 code units."""
        return self._span.selectionStart() + self._after_offset

    def sentences(self) -> tuple[QTextCursor, QTextCursor]:
        """Return text cursors that select the two sentences."""
        start = self._span.selectionStart()
        return (
            self._selecting(start, start + self._before_length),
            self._selecting(self.place, self._span.selectionEnd()),
        )

    def _selecting(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self._span)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor
