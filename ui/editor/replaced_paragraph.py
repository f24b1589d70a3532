"""A paragraph as it would be set with other text in the place of a selection."""

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextBlock, QTextCharFormat, QTextCursor, QTextLayout

from ui.editor.page import Page
from ui.editor.plain_text import replaced, utf16_length
from ui.editor.text_areas import line_areas

ENDLESS = 10_000.0  # pixels; the width of a line that is not to be broken


class ReplacedParagraph:
    """Sets the paragraph anew, with the page's formats and marks; the document is only read.

    Where more lines are needed they take the place of empty lines below. Where there are no more of these,
    the last line is not broken but runs on into the margin, so that no other text need move.

    Args:
        page: the page it stands on.
        place: selects what is replaced.
        text: what stands there instead.
        form: the format of `text`, on top of the one that it takes over.
    """

    def __init__(self, page: Page, place: QTextCursor, text: str, form: QTextCharFormat) -> None:
        block = place.block()
        self._begin = block.position()
        self._start, self._end = self._range(place)
        self._longer = utf16_length(text) - (self._end - self._start)
        new = QTextLayout.FormatRange()
        new.start, new.length, new.format = self._start, utf16_length(text), form
        content = replaced(block.text(), self._start, self._end, text)
        self._layout = QTextLayout(content, page.document().defaultFont())
        self._layout.setTextOption(block.layout().textOption())
        self._layout.setFormats(
            [
                *(self._span(s.start, s.start + s.length, s.format) for s in block.layout().formats()),
                new,
            ]
        )
        length = block.length() - 1
        marks = ((*self._range(mark.cursor), mark.format) for mark in page.extraSelections())
        self._marks = [
            self._span(max(begin, 0), min(end, length), form)
            for begin, end, form in marks
            if begin < length and end > 0
        ]
        self._height = self._break_lines(block)

    @property
    def height(self) -> float:
        """The height of its lines, in pixels."""
        return self._height

    def areas(self, selection: QTextCursor) -> list[QRectF]:
        """Return where the text that `selection` selects in the document stands here, line by line."""
        span = self._span(*self._range(selection), QTextCharFormat())
        return line_areas(self._layout, span.start, span.start + span.length)

    def draw(self, painter: QPainter, corner: QPointF, clip: QRectF) -> None:
        """Paint it with its upper left corner at `corner`."""
        self._layout.draw(painter, corner, self._marks, clip)

    def _range(self, selection: QTextCursor) -> tuple[int, int]:
        """Return where a selection begins and ends in the paragraph, in code units."""
        return selection.selectionStart() - self._begin, selection.selectionEnd() - self._begin

    def _span(self, begin: int, end: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
        """Return a range of formatting, given as it is in the document, as it is here."""
        if begin >= self._end:
            begin += self._longer
        elif begin > self._start:
            begin = self._start
        if end > self._start:
            end = max(end, self._end) + self._longer
        span = QTextLayout.FormatRange()
        span.start, span.length, span.format = begin, end - begin, form
        return span

    def _break_lines(self, block: QTextBlock) -> float:
        """Break it into lines as `QPlainTextDocumentLayout` would, where there is room; return its height."""
        own = block.layout().lineAt(0)
        most_lines = _lines_free(block)
        height = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            is_last = self._layout.lineCount() >= most_lines
            line.setLeadingIncluded(True)
            line.setLineWidth(ENDLESS if is_last else own.width())
            line.setPosition(QPointF(own.x(), height))
            height += line.height()
        self._layout.endLayout()
        return height


def _lines_free(block: QTextBlock) -> float:
    """Return how many lines there are from the beginning of `block` to the next text below."""
    lines = block.layout().lineCount()
    while (block := block.next()).isValid():
        if block.text().strip():
            return lines
        lines += 1
    return math.inf
