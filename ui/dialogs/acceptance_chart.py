"""Thirty days as thirty bars."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.assist.acceptance import Counts
from ui.theme import Theme

DAYS = 30
GAP = 0.28  # of a day's width, between two bars
ROUND = 1.5  # pixels
LINES = 2  # above the ground
SPACE = 8  # pixels between the numbers and the lines
NOTHING = Counts()


class AcceptanceChart(QWidget):
    """Shows how many words were taken on each of the last thirty days; time runs as reading does.

    Args:
        theme: whose accent the bars have: they are words of a model.
        describe: says in words what became of a day's offers.
    """

    def __init__(
        self, theme: Theme, describe: Callable[[Counts], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._describe = describe
        self._today = date.today()
        self._days: Mapping[date, Counts] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Words taken on each of the last 30 days"))
        theme.changed.connect(self.update)

    def show_days(self, days: Mapping[date, Counts], today: date) -> None:
        """Draw the days up to `today`."""
        self._days = days
        self._today = today
        words = [self._counts(index).words for index in range(DAYS)]
        self.setAccessibleDescription(
            self.tr("{total} words, at most {most} on one day").format(
                total=QLocale().toString(sum(words)), most=QLocale().toString(max(words))
            )
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(460, 8 * self.fontMetrics().height())

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._explain(event)
            return True
        return super().event(event)

    def bar(self, index: int) -> QRectF:
        """Return where a day's bar stands, 0 for the earliest day; a day without words has no height."""
        area = self._area()
        width = area.width() / DAYS
        column = index if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else DAYS - 1 - index
        height = area.height() * self._counts(index).words / self._top()
        left = area.left() + (column + GAP / 2) * width
        return QRectF(left, area.bottom() - height, width * (1 - GAP), height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        colours, area = self._theme.colours, self._area()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for line in range(LINES + 1):
                height = round(area.bottom() - area.height() * line / LINES)
                painter.fillRect(QRectF(area.left(), height, area.width(), 1), QColor(colours.rule))
                self._label(painter, height, self._top() * line // LINES)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            for index in range(DAYS):
                if self._counts(index).words:
                    painter.drawRoundedRect(self.bar(index), ROUND, ROUND)
            self._name_days(painter, area)

    def _label(self, painter: QPainter, height: float, words: int) -> None:
        """Write a number of words beside its line."""
        area, is_mirrored = self._area(), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        room = QRectF(0, height - self.fontMetrics().height() / 2, 0, self.fontMetrics().height())
        room.setLeft(area.right() + SPACE if is_mirrored else 0)
        room.setRight(self.width() if is_mirrored else area.left() - SPACE)
        painter.setPen(QColor(self._theme.colours.muted))
        side = Qt.AlignmentFlag.AlignLeft if is_mirrored else Qt.AlignmentFlag.AlignRight
        painter.drawText(room, side | Qt.AlignmentFlag.AlignAbsolute, QLocale().toString(words))

    def _name_days(self, painter: QPainter, area: QRectF) -> None:
        """Write the first and the last day below the bars."""
        room = QRectF(area.left(), area.bottom() + 4, area.width(), self.fontMetrics().height())
        painter.setPen(QColor(self._theme.colours.muted))
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        sides = [Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight]
        for index, side in zip((0, DAYS - 1), reversed(sides) if is_mirrored else sides, strict=True):
            painter.drawText(room, side | Qt.AlignmentFlag.AlignAbsolute, self._name(index))

    def _explain(self, event: QHelpEvent) -> None:
        for index in range(DAYS):
            bar, area = self.bar(index), self._area()
            column = QRectF(bar.left(), area.top(), bar.width(), area.height())
            if column.contains(QPointF(event.pos())):
                words = f"{self._name(index)}: {self._describe(self._counts(index))}"
                QToolTip.showText(event.globalPos(), words, self, column.toAlignedRect())
                return
        QToolTip.hideText()

    def _area(self) -> QRectF:
        """Return where the bars stand."""
        metrics = QFontMetricsF(self.font())
        beside = metrics.horizontalAdvance(QLocale().toString(self._top())) + SPACE + 2
        area = QRectF(beside, metrics.height() / 2, self.width() - beside, 0)
        area.setBottom(self.height() - metrics.height() - 6)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            area.moveLeft(0)
        return area

    def _top(self) -> int:
        """Return the number at the highest line: an even one, of few digits, that no day exceeds."""
        most = max(self._counts(index).words for index in range(DAYS))
        power: int = 10 ** max(len(str(most)) - 1, 1)
        return power * next(times for times in (1, 2, 3, 5, 10) if most <= times * power)

    def _counts(self, index: int) -> Counts:
        return self._days.get(self._day(index), NOTHING)

    def _day(self, index: int) -> date:
        return self._today - timedelta(days=DAYS - 1 - index)

    def _name(self, index: int) -> str:
        day = self._day(index)
        return QLocale().toString(QDate(day.year, day.month, day.day), self.tr("d MMMM"))
