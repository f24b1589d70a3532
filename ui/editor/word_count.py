"""How many words the page has."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from app.document.statistics import count_words
from ui.editor.block_index import BlockIndex


class WordCount(QObject):
    """Counts the words of a document; after a change only the paragraphs that it touched."""

    changed = Signal(int)

    def __init__(self, document: QTextDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._words = 0
        self._index = BlockIndex(document, _words_of, self)
        self._index.completed.connect(self._on_completed)

    @property
    def words(self) -> int:
        """The number of words when the writer last rested."""
        return self._words

    def words_in(self, selection: QTextCursor) -> int:
        """Return the number of words in `selection`."""
        start, end = selection.selectionStart(), selection.selectionEnd()
        first, last = self._document.findBlock(start), self._document.findBlock(end)
        if first == last:
            return count_words(_part(first.text(), start - first.position(), end - first.position()))
        between = self._index.values(first.blockNumber() + 1, last.blockNumber())
        return (
            count_words(_part(first.text(), start - first.position(), None))
            + sum(between)
            + count_words(_part(last.text(), 0, end - last.position()))
        )

    @Slot()
    def _on_completed(self) -> None:
        words = sum(self._index.values())
        if words != self._words:
            self._words = words
            self.changed.emit(words)


def _words_of(block: QTextBlock) -> int:
    return count_words(block.text())


def _part(text: str, start: int, end: int | None) -> str:
    """Cut `text` at positions that count UTF-16 units, as Qt's do."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")
