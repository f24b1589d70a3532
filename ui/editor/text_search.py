"""Finding and replacing in a document of any size, without a pause."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument

from ui.editor.block_index import BlockIndex

Offsets = tuple[tuple[int, int], ...]  # where matches start and end in their block, in UTF-16 units


@dataclass(frozen=True)
class Match:
    """A passage of the document, in Qt's positions, which count UTF-16 units."""

    start: int
    end: int


class TextSearch(QObject):
    """Knows every match of one query and keeps up with the writer's changes."""

    completed = Signal()

    def __init__(self, document: QTextDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._index: BlockIndex[Offsets] = BlockIndex(document, _no_match, self)
        self._index.completed.connect(self.completed)

    @property
    def is_complete(self) -> bool:
        """Whether the whole document was searched."""
        return self._index.is_complete

    def look_for(self, query: str, match_case: bool = False, whole_words: bool = False) -> None:
        """Search for `query` from now on; a document of ordinary size is searched at once."""
        if not query:
            self._index.restart(_no_match)
            return
        words = rf"(?<!\w){re.escape(query)}(?!\w)" if whole_words else re.escape(query)
        self._index.restart(_finder(re.compile(words, 0 if match_case else re.IGNORECASE)))
        self.hurry()

    def hurry(self) -> None:
        """Search a little further now instead of waiting for a rest."""
        if not self._index.is_complete:
            self._index.advance()

    def count(self) -> int:
        """Return how many matches are known."""
        return sum(map(len, self._index.values()))

    def ordinal(self, match: Match) -> int:
        """Return which match it is, counted from 1; 0 for a passage that is none."""
        block = self._document.findBlock(match.start)
        offsets = self._index.at(block.blockNumber()) or ()
        place = (match.start - block.position(), match.end - block.position())
        if place not in offsets:
            return 0
        return sum(map(len, self._index.values(0, block.blockNumber()))) + offsets.index(place) + 1

    def after(self, position: int) -> Match | None:
        """Return the first match that starts at `position` or later."""
        block = self._document.findBlock(position)
        offset = position - block.position()
        offsets = self._index.at(block.blockNumber()) or ()
        place = bisect_left(offsets, (offset, 0))
        if place < len(offsets):
            return self._match(block.blockNumber(), offsets[place])
        return self._first(range(block.blockNumber() + 1, self._document.blockCount()), 0)

    def before(self, position: int) -> Match | None:
        """Return the last match that ends at `position` or earlier."""
        block = self._document.findBlock(position)
        offset = position - block.position()
        offsets = self._index.at(block.blockNumber()) or ()
        place = bisect_right([end for _, end in offsets], offset)
        if place > 0:
            return self._match(block.blockNumber(), offsets[place - 1])
        return self._first(range(block.blockNumber() - 1, -1, -1), -1)

    def between(self, first: int, last: int) -> Iterator[Match]:
        """Yield the matches in the blocks `first` to `last`."""
        for number in range(first, last + 1):
            for offsets in self._index.at(number) or ():
                yield self._match(number, offsets)

    def replace_all(self, replacement: str, form: QTextCharFormat) -> int:
        """Replace every match, as one step for undo, and return how many there were.

        Args:
            replacement: what is written for each.
            form: the format that says who wrote it.
        """
        self._index.finish()
        matches = list(self.between(0, self._document.blockCount() - 1))
        if not matches:
            return 0
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for match in reversed(matches):
            cursor.setPosition(match.start)
            cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(replacement, form)
        cursor.endEditBlock()
        return len(matches)

    def _first(self, numbers: range, place: int) -> Match | None:
        for number in numbers:
            offsets = self._index.at(number)
            if offsets:
                return self._match(number, offsets[place])
        return None

    def _match(self, number: int, offsets: tuple[int, int]) -> Match:
        position = self._document.findBlockByNumber(number).position()
        return Match(position + offsets[0], position + offsets[1])


def _no_match(_block: QTextBlock) -> Offsets:
    return ()


def _finder(pattern: re.Pattern[str]) -> Callable[[QTextBlock], Offsets]:
    def find(block: QTextBlock) -> Offsets:
        text = block.text()
        spans = tuple(match.span() for match in pattern.finditer(text))
        if not spans or text.isascii() or max(text) < "\U00010000":
            return spans
        return tuple((_units(text, start), _units(text, end)) for start, end in spans)

    return find


def _units(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
