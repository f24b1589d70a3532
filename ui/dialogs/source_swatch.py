"""How text from somebody looks on the page, as a small patch."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QTextCharFormat
from PySide6.QtWidgets import QWidget

from app.document.manuscript import Author
from ui.editor.source_looks import look_of
from ui.theme import Theme

SIZE = QSize(26, 15)
LINES = {
    QTextCharFormat.UnderlineStyle.DotLine: Qt.PenStyle.DotLine,
    QTextCharFormat.UnderlineStyle.SingleUnderline: Qt.PenStyle.SolidLine,
    QTextCharFormat.UnderlineStyle.DashUnderline: Qt.PenStyle.DashLine,
}


class SourceSwatch(QWidget):
    """Shows the tint of an author and the line below it."""

    def __init__(self, author: Author, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._author = author
        self._theme = theme
        self.setFixedSize(SIZE)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        look = look_of(self._author, self._theme.colours)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setPen(QColor(self._theme.colours.rule))
            painter.setBrush(look.background())
            painter.drawRect(area)
            if look.underlineStyle() in LINES:
                painter.setPen(QPen(look.underlineColor(), 1, LINES[look.underlineStyle()]))
                painter.drawLine(area.bottomLeft(), area.bottomRight())
