"""Finding and replacing in a document of any size, without a pause."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument

from ui.editor.block_index import BlockIndex
from ui.editor.plain_text import utf16_length

# Where matches start and end in their block by turns, in UTF-16 units. A letter has half a million in a book.
Offsets = Sequence[int]


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
        return sum(map(len, self._index.values())) // 2

    def ordinal(self, match: Match) -> int:
        """Return which match it is, counted from 1; 0 for a passage that is none."""
        block = self._document.findBlock(match.start)
        places = self._places(block.blockNumber())
        place = (match.start - block.position(), match.end - block.position())
        if place not in places:
            return 0
        return sum(map(len, self._index.values(0, block.blockNumber()))) // 2 + places.index(place) + 1

    def after(self, position: int) -> Match | None:
        """Return the first match that starts at `position` or later."""
        block = self._document.findBlock(position)
        offset = position - block.position()
        places = self._places(block.blockNumber())
        place = bisect_left(places, (offset, 0))
        if place < len(places):
            return self._match(block.blockNumber(), places[place])
        return self._first(range(block.blockNumber() + 1, self._document.blockCount()), 0)

    def before(self, position: int) -> Match | None:
        """Return the last match that ends at `position` or earlier."""
        block = self._document.findBlock(position)
        offset = position - block.position()
        places = self._places(block.blockNumber())
        place = bisect_right([end for _, end in places], offset)
        if place > 0:
            return self._match(block.blockNumber(), places[place - 1])
        return self._first(range(block.blockNumber() - 1, -1, -1), -1)

    def between(self, first: int, last: int) -> Iterator[Match]:
        """Yield the matches in the blocks `first` to `last`."""
        for number in range(first, last + 1):
            for place in self._places(number):
                yield self._match(number, place)

    def replace_all(self, replacement: str, form: QTextCharFormat) -> int:
        """Replace every match, as one step for undo, and return how many there were.

        Args:
            replacement: what is written for each.
            form: the format that says who wrote it.
        """
        self._index.finish()
        count = self.count()
        if count == 0:
            return 0
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for number in reversed(range(self._document.blockCount())):
            for place in reversed(self._places(number)):
                match = self._match(number, place)
                cursor.setPosition(match.start)
                cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
                cursor.insertText(replacement, form)
        cursor.endEditBlock()
        return count

    def _first(self, numbers: range, which: int) -> Match | None:
        for number in numbers:
            if places := self._places(number):
                return self._match(number, places[which])
        return None

    def _places(self, number: int) -> list[tuple[int, int]]:
        """Return where the known matches in a block start and end."""
        offsets = self._index.at(number) or ()
        return list(zip(offsets[::2], offsets[1::2], strict=True))

    def _match(self, number: int, place: tuple[int, int]) -> Match:
        position = self._document.findBlockByNumber(number).position()
        return Match(position + place[0], position + place[1])


def _no_match(_block: QTextBlock) -> Offsets:
    return ()


def _finder(pattern: re.Pattern[str]) -> Callable[[QTextBlock], Offsets]:
    def find(block: QTextBlock) -> Offsets:
        text = block.text()
        offsets = array("I", (offset for match in pattern.finditer(text) for offset in match.span()))
        if not offsets or text.isascii() or max(text) < "\U00010000":
            return offsets or ()
        return array("I", _in_units(text, offsets))

    return find


def _in_units(text: str, offsets: Sequence[int]) -> Iterator[int]:
    """Yield rising offsets in `text` as UTF-16 counts them."""
    units = begin = 0
    for offset in offsets:
        units += utf16_length(text[begin:offset])
        begin = offset
        yield units
