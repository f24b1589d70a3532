"""Marks in the margin where a sentence may not follow from the one before it."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from ui.editor.marks import Marks
from ui.editor.page import Page
from ui.editor.sentence_join import SentenceJoin
from ui.theme import Theme

STRIP = 22  # pixels of the margin that belong to the marks
GAP = 12  # between a mark and the column
ARM = 4  # pixels that a bracket's ends reach towards the text
HALF = 4  # height of each half of it
BREAK = 3  # from the middle to where each half begins
STROKE = 2


class FlowMarks(QWidget):
    """Stands in the left margin, with a broken bracket beside each line where a marked sentence begins."""

    def __init__(self, page: Page, marks: Marks, theme: Theme) -> None:
        super().__init__(page)
        self._page = page
        self._marks = marks
        self._theme = theme
        self.setAccessibleName(self.tr("Flow marks"))
        self.setMouseTracking(True)
        self.hide()
        page.column_moved.connect(self._stand_beside_column)
        page.updateRequest.connect(self.update)
        marks.changed.connect(self._show)
        theme.changed.connect(self.update)

    @property
    def joins(self) -> list[SentenceJoin]:
        """The joins that are marked, in the order of the text."""
        return self._marks.of(SentenceJoin)

    def area(self, join: SentenceJoin) -> QRect:
        """Return where the mark of a join stands, in this widget; empty where it is out of sight."""
        line = self._page.cursorRect(self._page.text_cursor_at(join.place))
        area = QRect(0, line.top(), STRIP - GAP, line.height())
        return area if area.intersects(self.rect()) else QRect()

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            if joins := self._at(event.pos()):
                self._marks.show_tip(joins)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        self._marks.explain(self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102
        self._marks.explain([])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(self._theme.colours.accent), STROKE)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            areas = [area for join in self.joins if not (area := self.area(join)).isEmpty()]
            for top, height in {(area.top(), area.height()) for area in areas}:  # one to a line
                _paint_broken_bracket(painter, QRectF(0, top, STRIP - GAP, height))

    @Slot()
    def _stand_beside_column(self) -> None:
        column = self._page.viewport().geometry()
        self.setGeometry(column.left() - STRIP, column.top(), STRIP, column.height())

    @Slot()
    def _show(self) -> None:
        self._stand_beside_column()
        self.setVisible(bool(self.joins))
        self.update()

    def _at(self, point: QPoint) -> list[SentenceJoin]:
        """Return the joins whose mark stands at a point of this widget; those of a line share theirs."""
        areas = ((join, self.area(join)) for join in self.joins)
        return [
            join for join, area in areas if not area.isEmpty() and area.top() <= point.y() <= area.bottom()
        ]


def _paint_broken_bracket(painter: QPainter, area: QRectF) -> None:
    """Paint a square bracket that is open in the middle: two halves that do not meet."""
    spine = area.right() - ARM - STROKE / 2
    middle = round(area.center().y())
    for direction in (-1, 1):
        end, corner = middle + direction * BREAK, middle + direction * (BREAK + HALF)
        painter.drawPolyline([QPointF(spine, end), QPointF(spine, corner), QPointF(spine + ARM, corner)])
