"""Two neighbouring sentences, of which the second may not follow from the first."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QTextCursor, QTextDocument

from ui.editor.marks import Mark
from ui.editor.sentences import Sentence

BEGINNING = 56  # characters of a sentence that an explanation quotes


class SentenceJoin(Mark):
    """Knows where two sentences of one paragraph stand, until either is edited or they are torn apart."""

    def __init__(self, document: QTextDocument, before: Sentence, after: Sentence) -> None:
        both = QTextCursor(document)
        both.setPosition(before.start)
        both.setPosition(after.end, QTextCursor.MoveMode.KeepAnchor)
        super().__init__(both)
        self.before = before.text
        self.after = after.text
        self._before_length = before.end - before.start  # in UTF-16 code units, as the next
        self._after_offset = after.start - before.start

    @property
    def place(self) -> int:
        """Where the second sentence begins, in UTF-16 code units."""
        return self._read.selectionStart() + self._after_offset

    def parts(self) -> tuple[QTextCursor, ...]:
        """Return text cursors that select the two sentences."""
        start = self._read.selectionStart()
        return (
            self._selecting(start, start + self._before_length),
            self._selecting(self.place, self._read.selectionEnd()),
        )

    def explanation(self) -> tuple[str, ...]:
        """See `Mark.explanation`."""
        what = QCoreApplication.translate("marks", "This sentence may not follow from the one before it.")
        return what, _beginning(self.before), _beginning(self.after)

    def _selecting(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self._read)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _beginning(sentence: str) -> str:
    words = " ".join(sentence.split())
    return words if len(words) <= BEGINNING else words[:BEGINNING].rsplit(" ", 1)[0] + "…"
