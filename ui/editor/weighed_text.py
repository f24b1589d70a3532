"""How unexpected the words of the page were to the model, kept beside the document."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from app.assist.continuation import first_boundary
from app.assist.surprise import WordBits
from ui.editor.passage import Part
from ui.editor.plain_text import text_between, utf16_length, utf16_offset

LONGEST_PART = 2_000  # code units; a longer paragraph is weighed and shown in parts
BOUNDARY_REACH = 200  # code units behind that in which a word's beginning is looked for
MOST_KEPT = 1_000  # parts; the oldest go first


@dataclass(frozen=True, slots=True, eq=False)
class WeighedPart:
    """A paragraph, or a part of a long one, as it was weighed.

    place: stands where it begins, and moves with the text. words: in code units of the part.
    """

    place: QTextCursor
    text: str
    words: tuple[WordBits, ...]


class WeighedText:
    """Keeps what was weighed, as long as its text stands where it stood; undo brings it back too.

    Args:
        document: the text.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._parts: dict[str, list[WeighedPart]] = {}  # by text, as they came
        self._count = 0

    def put(self, place: QTextCursor, text: str, words: list[WordBits]) -> None:
        """Keep what was found of `text`, which begins at `place`; `words` in code points of it."""
        if len(text) != utf16_length(text):
            words = [
                WordBits(utf16_offset(text, word.start), utf16_offset(text, word.end), word.bits)
                for word in words
            ]
        alike = [part for part in self._parts.pop(text, []) if part.place.position() != place.position()]
        self._parts[text] = [*alike, WeighedPart(QTextCursor(place), text, tuple(words))]
        self._count = sum(map(len, self._parts.values()))
        while self._count > MOST_KEPT:
            self._count -= len(self._parts.pop(next(iter(self._parts))))

    def at(self, part: Part) -> WeighedPart | None:
        """Return what was found of a part, if it still reads as it did."""
        begin = part.block.position() + part.start
        alike = self._parts.get(self.text_of(part), ())
        return next((kept for kept in alike if kept.place.position() == begin), None)

    def text_of(self, part: Part) -> str:
        """Return the text of a part."""
        begin = part.block.position()
        return text_between(self._document, begin + part.start, begin + part.end)

    def forget(self) -> None:
        """Keep nothing."""
        self._parts.clear()
        self._count = 0


def parts_between(document: QTextDocument, first: int, last: int) -> Iterator[Part]:
    """Yield the paragraphs that touch the text between two places; of long ones, the parts that do.

    A long paragraph is cut at the same words wherever one looks from, as long as it is not edited.
    """
    block = document.findBlock(max(first, 0))
    while block.isValid() and block.position() <= last:
        length = block.length() - 1
        if length <= LONGEST_PART + BOUNDARY_REACH:
            if length:
                yield Part(block, 0, length)
        else:
            begin = block.position()
            number = max(0, first - begin - BOUNDARY_REACH) // LONGEST_PART
            while number * LONGEST_PART < min(length, last - begin + 1):
                part = Part(block, _cut(block, number), _cut(block, number + 1))
                if begin + part.end >= first and part.start < part.end:
                    yield part
                number += 1
        block = block.next()


def _cut(block: QTextBlock, number: int) -> int:
    """Return where the part `number` of a long paragraph begins, in code units of the paragraph."""
    place, length = number * LONGEST_PART, block.length() - 1
    if place == 0 or place >= length:
        return min(place, length)
    begin = block.position() + place
    until = min(begin + BOUNDARY_REACH, block.position() + length)
    passage = text_between(block.document(), begin, until)
    return place + utf16_offset(passage, first_boundary(passage))
