"""A part of the page that is read paragraph by paragraph while the writer goes on writing."""

from dataclasses import dataclass

from PySide6.QtGui import QTextBlock, QTextCursor

from ui.editor.sentences import Sentence, sentences_of


@dataclass(frozen=True)
class Part:
    """What a passage touches of one paragraph, in UTF-16 code units of the paragraph, half open."""

    block: QTextBlock
    start: int
    end: int

    def sentences(self) -> list[Sentence]:
        """Return the sentences that it touches."""
        first, last = self.block.position() + self.start, self.block.position() + self.end
        return [found for found in sentences_of(self.block) if found.start < last and found.end > first]


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

    def take_paragraph(self) -> Part | None:
        """Return what the passage touches of its next paragraph; None behind the last."""
        if self._is_read:
            return None
        start, end = self._rest.selectionStart(), self._rest.selectionEnd()
        block = self._rest.document().findBlock(start)
        following = block.next()
        self._is_read = not following.isValid() or following.position() > end
        if not self._is_read:
            self._select(following.position(), end)
        return Part(block, start - block.position(), min(end - block.position(), block.length() - 1))

    def _select(self, start: int, end: int) -> None:
        self._rest.setPosition(start)
        self._rest.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
