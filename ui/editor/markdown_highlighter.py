"""Markdown shown as what it means: headings bold, emphasis italic, markers in the background."""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLayout,
)

from ui.editor.block_index import SLICE_S
from ui.editor.inlay import opened
from ui.editor.markdown import CODE, EMPHASISED, HEADED, MARKER, QUOTED, STRONG, Span, is_fence, spans_of
from ui.editor.plain_text import utf16_length, utf16_offset
from ui.theme import Theme

PROSE, FENCED = 0, 1  # states of a block
IS_MARKDOWN = QTextFormat.Property.UserProperty + 3  # marks our own formats among those of others


class MarkdownHighlighter(QObject):
    """Formats the document's layout, never its text; follows the theme.

    What a slice of time does not suffice for is left to later slices: `QSyntaxHighlighter` would stop the
    window for half a second when a book is opened, undone or given another theme, and lay out every paragraph
    in which it finds something.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._document = document
        self._theme = theme
        self._formats: dict[int, QTextCharFormat] = {}  # of each kind that was met
        self._left = QTextCursor(document)  # selects what is left, as long as the timer runs
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        document.contentsChange.connect(self._on_contents_change)
        theme.changed.connect(self.rehighlight)

    @Slot()
    def rehighlight(self) -> None:
        """Format everything anew, in the colours of the theme."""
        self._formats.clear()
        self._format_between(0, self._document.characterCount())

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        self._format_between(position, position + added + 1)  # what was taken out may have been a fence

    @Slot()
    def _go_on(self) -> None:
        self._format_between(self._left.selectionStart(), self._left.selectionEnd())

    def _format_between(self, begin: int, end: int) -> None:
        """Format the paragraphs between two places, and behind them as far as a fence changes them."""
        until = perf_counter() + SLICE_S
        block = self._document.findBlock(begin)
        changed: list[QTextBlock] = []
        goes_on = True
        while block.isValid() and (goes_on or block.position() <= end):
            if perf_counter() > until:
                self._leave(block.position(), end)
                break
            goes_on = self._format(block, changed)
            block = block.next()
        if changed:  # told at once: of a single paragraph Qt would work out the lines, seen or not
            first, last = changed[0].position(), changed[-1].position() + changed[-1].length()
            self._document.markContentsDirty(first, last - first)

    def _leave(self, begin: int, end: int) -> None:
        if self._timer.isActive():
            begin, end = min(begin, self._left.selectionStart()), max(end, self._left.selectionEnd())
        self._left.setPosition(begin)
        last = self._document.characterCount() - 1
        self._left.setPosition(min(max(begin, end), last), QTextCursor.MoveMode.KeepAnchor)
        self._timer.start(0)

    def _format(self, block: QTextBlock, changed: list[QTextBlock]) -> bool:
        """Format one paragraph, and return whether that changes what the next one is."""
        text = block.text()
        fence, inside = is_fence(text), block.previous().userState() == FENCED
        spans = [(0, len(text), MARKER if fence else CODE)] if fence or inside else spans_of(text)
        layout = block.layout()
        if spans or layout.formats():
            _put(layout, [self._range(text, span) for span in spans], block.length() - 1)
            changed.append(block)
        state, before = PROSE if inside == fence else FENCED, block.userState()
        block.setUserState(state)
        return (state == FENCED) != (before == FENCED)

    def _range(self, text: str, span: Span) -> QTextLayout.FormatRange:
        begin, end, kind = span
        place = QTextLayout.FormatRange()
        place.start = utf16_offset(text, begin)
        place.length = utf16_length(text[begin:end])
        place.format = self._format_of(kind)
        return place

    def _format_of(self, kind: int) -> QTextCharFormat:
        if kind not in self._formats:
            self._formats[kind] = self._new_format(kind)
        return self._formats[kind]

    def _new_format(self, kind: int) -> QTextCharFormat:
        colours = self._theme.colours
        form = QTextCharFormat()
        form.setProperty(IS_MARKDOWN, True)
        if kind & (MARKER | QUOTED):
            form.setForeground(QColor(colours.muted))
        elif kind & (CODE | HEADED):
            form.setForeground(QColor(colours.ink))
        if kind & CODE:
            form.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
            form.setBackground(QColor(colours.surface))
        if kind & (HEADED | STRONG):
            form.setFontWeight(QFont.Weight.Bold)
        if kind & EMPHASISED:
            form.setFontItalic(True)
        return form


def _put(layout: QTextLayout, ranges: list[QTextLayout.FormatRange], end: int) -> None:
    """Replace the formats of a layout, but for those of what is laid out in it besides."""
    begin, length = layout.preeditAreaPosition(), utf16_length(layout.preeditAreaText())
    kept = []
    if length:
        kept = [each for each in layout.formats() if not each.format.hasProperty(IS_MARKDOWN)]
        ranges = opened(ranges, begin, length, end)
    layout.setFormats([*ranges, *kept])
