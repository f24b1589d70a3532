"""Who wrote how much of the page."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextCursor

from app.document.provenance_report import Tally, added, tally
from ui.editor.block_index import BlockIndex
from ui.editor.page import Page


class TextStatistics(QObject):
    """Counts in slices between events, and after a change only the paragraphs that it touched."""

    completed = Signal()  # also after each change

    def __init__(self, page: Page, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = page.document()
        self._sources = page.sources
        self._index: BlockIndex[Tally] = BlockIndex(page.document(), self._tally_of, self)
        self._index.completed.connect(self.completed)

    @property
    def is_complete(self) -> bool:
        """Whether everything was counted."""
        return self._index.is_complete

    def whole(self) -> Tally:
        """Return what was counted in the whole text so far."""
        return added(self._index.values())

    def within(self, selection: QTextCursor) -> Tally:
        """Return what was counted so far in what is selected; a word that is cut counts as one."""
        start, end = selection.selectionStart(), selection.selectionEnd()
        first, last = self._document.findBlock(start), self._document.findBlock(end)
        if first == last:
            return self._between(start, end)
        return added(
            [
                self._between(start, first.position() + first.length() - 1),
                *self._index.values(first.blockNumber() + 1, last.blockNumber()),
                self._between(last.position(), end),
            ]
        )

    def _tally_of(self, block: QTextBlock) -> Tally:
        return self._between(block.position(), block.position() + block.length() - 1)

    def _between(self, start: int, end: int) -> Tally:
        return tally(self._sources.between(start, end))
