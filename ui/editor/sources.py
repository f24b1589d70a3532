"""Who wrote which part of a document, held by the document itself."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

from app.document.manuscript import EARLIER, Author, Manuscript, Run, Source
from ui.editor.plain_text import from_utf16, text_between, text_of_block, to_utf16, utf16_length

SOURCE = int(QTextFormat.Property.UserProperty) + 2  # ghost text marks its own formats with 1
TAKE = SOURCE + 1

Span = tuple[int, int, Source]  # from where to where, in UTF-16 code units of the document


class Sources:
    """Gives every source a number, and characters the number of theirs.

    The number is a property of the character's format, which Qt keeps through edits, undo and redo. A
    character without one was there earlier. The end of a line has the format of the block behind it.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._sources = [EARLIER]
        self._formats = {EARLIER: QTextCharFormat()}

    def format_of(self, source: Source) -> QTextCharFormat:
        """Return the format of text from `source`."""
        if source not in self._formats:
            form = QTextCharFormat()
            form.setProperty(SOURCE, len(self._sources))
            self._sources.append(source)
            self._formats[source] = form
        return self._formats[source]

    def runs_of(self, block: QTextBlock) -> tuple[Run, ...]:
        """Return the runs of a paragraph, beginning with the end of the line before it."""
        runs = united(self._in_units(block))
        text = text_of_block(block)
        if text.isascii():
            return runs
        return _in_code_points("\n" + text if block.position() > 0 else text, runs)

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield who wrote what between two places, in UTF-16 code units; neighbours may be of one source."""
        for first, last, form in self._formats_between(start, end):
            yield first, last, self._of(form)

    def takes(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield from where to where which take stands, by its number; 0 is none; neighbours may be of one."""
        for first, last, form in self._formats_between(start, end):
            yield first, last, form.intProperty(TAKE)

    def between(self, start: int, end: int) -> Manuscript:
        """Return the text between two places, in UTF-16 code units, and who wrote it."""
        text = text_between(self._document, start, end)
        runs = united((last - first, source) for first, last, source in self.spans(start, end))
        return Manuscript(text, runs if len(text) == end - start else _in_code_points(text, runs))

    def insert(self, cursor: QTextCursor, manuscript: Manuscript, take: int = 0) -> None:
        """Write `manuscript` in place of what `cursor` selects, perhaps as a take with a number."""
        cursor.removeSelectedText()
        begin = 0
        for length, source in manuscript.runs:
            form = self.format_of(source)
            if take:
                form = QTextCharFormat(form)
                form.setProperty(TAKE, take)
            cursor.insertText(manuscript.text[begin : begin + length], form)
            begin += length

    def restore(self, start: int, manuscript: Manuscript) -> None:
        """Say who wrote `manuscript`, whose text stands from `start` on and counts as there earlier.

        This is for steps that cannot be undone: Qt would not know where the caret goes when it does the
        insertion and the change of formats again.
        """
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        begin, place = 0, start
        for length, source in manuscript.runs:
            units = utf16_length(manuscript.text[begin : begin + length])
            if source != EARLIER:
                cursor.setPosition(place)
                cursor.setPosition(place + units, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(self.format_of(source))
            begin, place = begin + length, place + units
        cursor.endEditBlock()

    def _in_units(self, block: QTextBlock) -> Iterator[Run]:
        for length, form in _formats_of(block):
            yield length, self._of(form)

    def _formats_between(self, start: int, end: int) -> Iterator[tuple[int, int, QTextFormat]]:
        block = self._document.findBlock(start)
        while block.isValid():
            place = max(block.position() - 1, 0)
            for length, form in _formats_of(block):
                if place >= end:
                    return
                first, last = max(place, start), min(place + length, end)
                if first < last:
                    yield first, last, form
                place += length
            block = block.next()

    def _of(self, form: QTextFormat) -> Source:
        return self._sources[form.intProperty(SOURCE)]


def united(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs with neighbours from one source as one.

    This is `joined` for the runs of one document, in which each source is one object: ten times quicker.
    """
    merged: list[Run] = []
    total, last = 0, EARLIER
    for length, source in runs:
        if source is last:
            total += length
        elif length:
            if total:
                merged.append((total, last))
            total, last = length, source
    if total:
        merged.append((total, last))
    return tuple(merged)


def source_of_now(author: Author, model: str = "") -> Source:
    """Return the source of what is written at this moment."""
    return Source(author, model, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _formats_of(block: QTextBlock) -> Iterator[tuple[int, QTextFormat]]:
    """Yield the formats of a paragraph with lengths in UTF-16 code units, the line end before it first."""
    if block.position() > 0:
        yield 1, block.charFormat()
    place = block.begin()
    while not place.atEnd():
        fragment = place.fragment()
        yield fragment.length(), fragment.charFormat()
        place += 1


def _in_code_points(text: str, runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs of `text`, given in UTF-16 code units, in code points.

    A character of two code units from two sources belongs to the first.
    """
    units = to_utf16(text)
    counted: list[Run] = []
    begin = end = 0
    for length, source in runs:
        place = end = end + length
        if 2 * place < len(units) and 0xDC <= units[2 * place + 1] <= 0xDF:  # the second half of a pair
            place += 1
        counted.append((len(from_utf16(units[2 * begin : 2 * place])), source))
        begin = place
    return united(counted)
