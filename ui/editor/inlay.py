"""Text that is laid out in a line as if it stood there, without being in the document."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextFormat, QTextLayout
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from ui.editor.plain_text import utf16_length

IS_INLAY = QTextFormat.Property.UserProperty + 1  # marks our own formats among the highlighter's

Span = QTextLayout.FormatRange
Selections = list[QTextEdit.ExtraSelection]


class Inlay(QObject):
    """Uses the preedit area of a paragraph's layout, as an input method would: one at a time, at the caret.

    Qt moves neither the layout's formats nor extra selections behind a preedit area aside. So the formats are
    moved here, and of the selections (`take_over`) those behind it in its paragraph become such formats.
    """

    changed = Signal()  # shown, replaced or cleared

    def __init__(self, page: QPlainTextEdit) -> None:
        super().__init__(page)
        self._document = page.document()
        self._text = ""
        self._place = QTextCursor(self._document)
        self._block = QTextBlock()  # the one that it was laid out in: an edit may carry the place elsewhere
        self._marks: list[Span] = []

    @property
    def text(self) -> str:
        """What is shown; empty when nothing is."""
        return self._text

    @property
    def block(self) -> QTextBlock:
        """The paragraph that it is shown in; invalid when nothing is."""
        return self._block if self._text else QTextBlock()

    @property
    def begin(self) -> int:
        """Where it begins in the layout of its paragraph, in UTF-16 code units."""
        return self._block.layout().preeditAreaPosition()

    @property
    def end(self) -> int:
        """Where it ends in the layout of its paragraph, in UTF-16 code units."""
        return self.begin + utf16_length(self._text)

    def show(self, place: QTextCursor, text: str, form: QTextCharFormat) -> None:
        """Lay out `text` at a place, in place of what was shown."""
        if self._text and self._block != place.block():
            self.clear()
        self._place, self._block, self._text = QTextCursor(place), place.block(), text
        offset = place.positionInBlock()
        own = span(offset, utf16_length(text), form)
        own.format.setProperty(IS_INLAY, True)
        self._lay_out(offset, text, [own])

    def clear(self) -> None:
        """Show nothing; the preedit area is free then."""
        if self._text:
            self._text = ""
            self._marks = []
            if self._block.isValid():
                self._lay_out(-1, "", [])

    def take_over(self, selections: Selections) -> Selections:
        """Mark what of `selections` stands behind the inlay, and return what the page can mark by itself."""
        left: Selections = []
        marks: list[Span] = []
        begin = self._place.position()
        end = self._block.position() + self._block.length() - 1 if self._text else begin
        for each in selections:
            first, last = each.cursor.selectionStart(), each.cursor.selectionEnd()
            if not self._text or last <= begin or first >= end:
                left.append(each)
                continue
            moved = max(first, begin) - self._block.position() + utf16_length(self._text)
            marks.append(span(moved, min(last, end) - max(first, begin), each.format))
            marks[-1].format.setProperty(IS_INLAY, True)
            left += [_part(each, *part) for part in ((first, begin), (end, last)) if part[0] < part[1]]
        if marks != self._marks:
            self._marks = marks
            layout = self._block.layout()
            own = [each for each in layout.formats() if _is_own(each) and each.start == self.begin]
            layout.setFormats([*(each for each in layout.formats() if not _is_own(each)), *marks, *own])
            self._tell_page()
        return left

    def _lay_out(self, offset: int, text: str, own: list[Span]) -> None:
        layout = self._block.layout()
        begin, length = layout.preeditAreaPosition(), utf16_length(layout.preeditAreaText())
        formats = [closed_up(each, begin, length) for each in layout.formats() if not _is_own(each)]
        if text:
            formats = opened(formats, offset, utf16_length(text), self._block.length() - 1)
        self._marks = []
        layout.setPreeditArea(offset, text)
        layout.setFormats([*formats, *own])
        self._tell_page()
        self.changed.emit()

    def _tell_page(self) -> None:
        self._document.markContentsDirty(self._block.position(), self._block.length())


def span(start: int, length: int, form: QTextCharFormat) -> Span:
    """Return a range of a layout's formatting, in UTF-16 code units."""
    made = Span()
    made.start, made.length, made.format = start, length, QTextCharFormat(form)
    return made


def opened(spans: Iterable[Span], begin: int, length: int, end: int) -> list[Span]:
    """Make room for an insertion in the formats of a layout.

    Args:
        spans: the formats; they are changed.
        begin: where something is laid out that the document does not hold, in UTF-16 code units as the rest.
        length: of that.
        end: of the paragraph. What reaches so far, a heading or a quotation, goes on in the insertion there.
    """
    spans = list(spans)
    for each in spans:
        if each.start >= begin:
            each.start += length
        elif each.start + each.length > begin or begin == end == each.start + each.length:
            each.length += length
    return spans


def closed_up(each: Span, begin: int, length: int) -> Span:
    """Undo `opened` for one span."""
    if each.start >= begin + length:
        each.start -= length
    elif each.start + each.length > begin:
        each.length -= length
    return each


def into_layout(block: QTextBlock, offset: int) -> int:
    """Return where in its layout stands what has an offset in a paragraph."""
    layout = block.layout()
    return offset + utf16_length(layout.preeditAreaText()) * (offset > layout.preeditAreaPosition())


def into_paragraph(block: QTextBlock, place: int) -> int:
    """Return which offset in its paragraph something has that stands somewhere in its layout."""
    layout = block.layout()
    begin, length = layout.preeditAreaPosition(), utf16_length(layout.preeditAreaText())
    return place if not length or place <= begin else max(begin, place - length)


def _is_own(each: Span) -> bool:
    return each.format.hasProperty(IS_INLAY)


def _part(selection: QTextEdit.ExtraSelection, begin: int, end: int) -> QTextEdit.ExtraSelection:
    part = QTextEdit.ExtraSelection()
    part.format = selection.format
    part.cursor = QTextCursor(selection.cursor)
    part.cursor.setPosition(begin)
    part.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return part
