"""Marks in the margin where a sentence may not follow from the one before it."""

import html

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.editor.sentence_join import SentenceJoin
from ui.theme import Theme

LAYER = "flow"
STRIP = 22  # pixels of the margin that belong to the marks
GAP = 12  # between a mark and the column
ARM = 4  # pixels that a bracket's ends reach towards the text
HALF = 4  # height of each half of it
BREAK = 3  # from the middle to where each half begins
STROKE = 2
TINT = 0.16  # opacity of the accent behind the two sentences that are explained
BEGINNING = 56  # characters of a sentence that an explanation quotes
TIP_DROP = 8  # pixels that Qt itself puts a tool tip below the place it is given, at least


class FlowMarks(QWidget):
    """Stands in the left margin, with a broken bracket beside each line where a marked sentence begins.

    A mark goes when either of its sentences is edited; Esc clears all of them. The document holds nothing.
    """

    changed = Signal()

    def __init__(self, page: Page, highlights: Highlights, theme: Theme) -> None:
        super().__init__(page)
        self._page = page
        self._highlights = highlights
        self._theme = theme
        self._joins: list[SentenceJoin] = []
        self._explained: list[SentenceJoin] = []
        self.setAccessibleName(self.tr("Flow marks"))
        self.setMouseTracking(True)
        self.hide()
        page.installEventFilter(self)
        page.column_moved.connect(self._stand_beside_column)
        page.updateRequest.connect(self.update)
        page.cursorPositionChanged.connect(self._explain_nothing)
        page.document().contentsChanged.connect(self._drop_edited)
        theme.changed.connect(self.update)

    @property
    def joins(self) -> tuple[SentenceJoin, ...]:
        """The joins that are marked, in the order of the text."""
        return tuple(self._joins)

    def add(self, joins: list[SentenceJoin]) -> None:
        """Mark joins that stand behind those that are marked."""
        if joins:
            self._set([*self._joins, *joins])

    @Slot()
    def clear(self) -> None:
        """Take all marks away."""
        self._set([])

    @Slot()
    def go_to_next(self) -> None:
        """Put the caret at the next mark behind it, or at the first, and explain it."""
        caret = self._page.textCursor().position()
        if self._joins:
            self._go_to(next((join for join in self._joins if join.place > caret), self._joins[0]))

    @Slot()
    def go_to_previous(self) -> None:
        """Put the caret at the next mark before it, or at the last, and explain it."""
        caret = self._page.textCursor().position()
        if self._joins:
            before = [join for join in self._joins if join.place < caret]
            self._go_to(before[-1] if before else self._joins[-1])

    def area(self, join: SentenceJoin) -> QRect:
        """Return where the mark of a join stands, in this widget; empty where it is out of sight."""
        line = self._page.cursorRect(self._page.text_cursor_at(join.place))
        area = QRect(0, line.top(), STRIP - GAP, line.height())
        return area if area.intersects(self.rect()) else QRect()

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            if self._explained:
                self._show_tip(self._explained)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        self._explain([join for join in self._joins if self._is_at(join, event.position().toPoint())])

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102
        self._explain_nothing()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.keyCombination() == QKeyCombination(Qt.Key.Key_Escape)
            and self._joins
        ):
            self.clear()
            return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(self._theme.colours.accent), STROKE)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            areas = [area for join in self._joins if not (area := self.area(join)).isEmpty()]
            for top, height in {(area.top(), area.height()) for area in areas}:  # one to a line
                _paint_broken_bracket(painter, QRectF(0, top, STRIP - GAP, height))

    @Slot()
    def _stand_beside_column(self) -> None:
        column = self._page.viewport().geometry()
        self.setGeometry(column.left() - STRIP, column.top(), STRIP, column.height())

    @Slot()
    def _drop_edited(self) -> None:
        whole = [join for join in self._joins if join.is_whole]
        if len(whole) < len(self._joins):
            self._set(whole)

    @Slot()
    def _explain_nothing(self) -> None:
        self._explain([])

    def _set(self, joins: list[SentenceJoin]) -> None:
        had_any, self._joins = bool(self._joins), joins
        self._explain_nothing()
        self._stand_beside_column()
        self.setVisible(bool(joins))
        self.update()
        if joins or had_any:
            self.changed.emit()

    def _go_to(self, join: SentenceJoin) -> None:
        self._page.setTextCursor(self._page.text_cursor_at(join.place))
        self._page.follow_caret()
        self._explain([join])
        self._show_tip([join])
        announcement = QAccessibleAnnouncementEvent(self._page, "\n".join(self._explanation(join)))
        announcement.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(announcement)

    def _is_at(self, join: SentenceJoin, point: QPoint) -> bool:
        area = self.area(join)
        return not area.isEmpty() and area.top() <= point.y() <= area.bottom()

    def _explain(self, joins: list[SentenceJoin]) -> None:
        """Tint the sentences of some joins and of no others."""
        if joins == self._explained:
            return
        self._explained = joins
        tint = QColor(self._theme.colours.accent)
        tint.setAlphaF(TINT)
        self._highlights.show(
            LAYER, [_tinted(sentence, tint) for join in joins for sentence in join.sentences()]
        )
        QToolTip.hideText()

    def _show_tip(self, joins: list[SentenceJoin]) -> None:
        """Explain joins below their sentences, so that these can be read meanwhile."""
        column = self._page.viewport()
        lowest = max(self._page.cursorRect(join.sentences()[1]).bottom() for join in joins)
        below = QPoint(0, min(lowest, column.height()) - TIP_DROP)
        tip = "".join(_in_lines(self._explanation(join)) for join in joins)
        QToolTip.showText(column.mapToGlobal(below), tip, self._page)

    def _explanation(self, join: SentenceJoin) -> tuple[str, str, str]:
        what = self.tr("This sentence may not follow from the one before it.")
        return what, _beginning(join.before), _beginning(join.after)


def _beginning(sentence: str) -> str:
    words = " ".join(sentence.split())
    return words if len(words) <= BEGINNING else words[:BEGINNING].rsplit(" ", 1)[0] + "…"


def _in_lines(explanation: tuple[str, str, str]) -> str:
    """Return rich text that is not wrapped: Qt would make it a narrow column."""
    what, before, after = map(html.escape, explanation)
    return f'<p style="white-space: pre">{what}</p><p style="white-space: pre">{before}<br>{after}</p>'


def _tinted(sentence: QTextCursor, tint: QColor) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    mark.cursor = sentence
    mark.format = QTextCharFormat()
    mark.format.setBackground(tint)
    return mark


def _paint_broken_bracket(painter: QPainter, area: QRectF) -> None:
    """Paint a square bracket that is open in the middle: two halves that do not meet."""
    spine = area.right() - ARM - STROKE / 2
    middle = round(area.center().y())
    for direction in (-1, 1):
        end, corner = middle + direction * BREAK, middle + direction * (BREAK + HALF)
        painter.drawPolyline([QPointF(spine, end), QPointF(spine, corner), QPointF(spine + ARM, corner)])
