"""A part of the page that is read sentence by sentence while the writer goes on writing."""

from PySide6.QtGui import QTextCursor

from ui.editor.sentences import Sentence, sentences_of


class Passage:
    """Hands out its paragraphs one after the other, each as it stands by then.

    Args:
        selection: what is to be read; without a selection the paragraph at the caret.
    """

    def __init__(self, selection: QTextCursor) -> None:
        self._rest = QTextCursor(selection)  # Qt moves it with the text
        if not selection.hasSelection():
            block = selection.block()
            self._select(block.position(), block.position() + block.length() - 1)
        self._length = max(self._rest.selectionEnd() - self._rest.selectionStart(), 1)
        self._is_read = False

    @property
    def share_read(self) -> float:
        """How much of it has been handed out, 0 to 1."""
        left = self._rest.selectionEnd() - self._rest.selectionStart()
        return 1.0 if self._is_read else max(0.0, 1 - left / self._length)

    def take_paragraph(self) -> list[Sentence] | None:
        """Return the sentences that the passage touches in its next paragraph; None behind the last."""
        if self._is_read:
            return None
        start, end = self._rest.selectionStart(), self._rest.selectionEnd()
        block = self._rest.document().findBlock(start)
        following = block.next()
        self._is_read = not following.isValid() or following.position() > end
        if not self._is_read:
            self._select(following.position(), end)
        return [sentence for sentence in sentences_of(block) if sentence.start < end and sentence.end > start]

    def _select(self, start: int, end: int) -> None:
        self._rest.setPosition(start)
        self._rest.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
