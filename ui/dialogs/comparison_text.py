"""Where a comparison is read: both columns scroll together, and each can be selected by itself."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QRectF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from app.document.comparison import Row
from ui.dialogs.comparison_document import ComparisonDocument
from ui.dialogs.folding import Fold
from ui.editor.plain_text import PARAGRAPH_SEPARATOR
from ui.theme import Theme

ABOVE = 0.15  # of the height: it stays free above a row that was gone to
LINE = 3  # pixels: how wide the line beside the current difference is, and
FROM_EDGE = 3  # how far from the edge


class ComparisonText(QTextBrowser):
    """Shows a document of a comparison, and draws a line beside the difference that was gone to.

    What is selected is copied as it was written, with the paragraphs that are folded within.
    """

    unfolded = Signal(object)  # Fold

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: Sequence[Row] = ()
        self._content: ComparisonDocument | None = None
        self._current = range(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the titles reckon with it
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setOpenLinks(False)
        self.setAccessibleName(self.tr("Comparison"))
        self.setAccessibleDescription(self.tr("Both texts, paragraph by paragraph"))
        self.anchorClicked.connect(self._on_anchor_clicked)

    def show_content(self, rows: Sequence[Row], content: ComparisonDocument) -> None:
        """Show `content`, which shows some of `rows`; the difference that was gone to is still marked."""
        before, self._content, self._rows = self._content, content, rows
        self.setDocument(content)
        if content.lines:
            self.setTextCursor(content.cursor_at(0))
        if before is not None:
            before.deleteLater()

    def go_to(self, rows: range) -> None:
        """Put the caret in front of a difference, scroll there and draw a line beside it."""
        self.open_at(rows)
        self._current = rows
        self.viewport().update()

    def open_at(self, rows: range) -> None:
        """Put the caret in front of a difference and scroll there; no line stands beside any."""
        if self._content is not None:
            self._current = range(0)
            top = self._content.area(rows).top() - ABOVE * self.viewport().height()
            self.put_caret(rows.start, round(top))

    def put_caret(self, row: int, scrolled: int) -> None:
        """Put the caret in front of a row that is shown, and scroll so many pixels down."""
        if self._content is not None:
            self.setTextCursor(self._content.cursor_at(self._content.lines.index(row)))
            self.verticalScrollBar().setValue(scrolled)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: D102, N802
        data = QMimeData()
        data.setText(self._selected_text())
        return data

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        super().paintEvent(event)
        if self._content is None:
            return
        area = self._content.area(self._current)
        top = area.top() - self.verticalScrollBar().value()
        with QPainter(self.viewport()) as painter:
            painter.fillRect(QRectF(FROM_EDGE, top, LINE, area.height()), QColor(self._theme.colours.mark))

    @Slot(QUrl)
    def _on_anchor_clicked(self, link: QUrl) -> None:
        if self._content is not None:
            self.unfolded.emit(self._content.lines[int(link.toString())])

    def _selected_text(self) -> str:
        cursor = self.textCursor()
        if self._content is None or not cursor.hasSelection():
            return ""
        lines, sides = self._content.lines, {0, 1}
        ends = [self._content.table.cellAt(place) for place in (cursor.anchor(), cursor.position())]
        if ends[0] == ends[1] and ends[0].isValid():
            return cursor.selectedText().replace(PARAGRAPH_SEPARATOR, "\n")
        if all(cell.isValid() for cell in ends):  # otherwise it reaches beyond the table: all is selected
            first, last = sorted(cell.row() for cell in ends)
            lines = lines[first : last + 1]
            sides = {cell.column() for cell in ends if cell.columnSpan() == 1} or sides
        rows = [row for line in lines for row in (line.rows if isinstance(line, Fold) else [line])]
        texts = [[(self._rows[row].old, self._rows[row].new)[side] for row in rows] for side in sorted(sides)]
        return "\n\n".join("\n".join(text for text in side if text is not None) for side in texts)
