"""How the words that a model weighed are listed: the word, how likely it is, and a thin bar."""

import math

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.assist.look_inside import Choice
from ui.theme import Theme

CHOICE = Qt.ItemDataRole.UserRole
SIDE, ABOVE, GAP = 10, 4, 24  # pixels
BAR = 2  # pixels
Index = QModelIndex | QPersistentModelIndex


class ChoiceRows(QStyledItemDelegate):
    """Draws the rows of a list that `fill` has filled. The word that stands there has a dot and is bold."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102
        choice = index.data(CHOICE)
        if not isinstance(choice, Choice):
            return super().sizeHint(option, index)
        font = QFontMetrics(_font(option, choice))
        width = self._lead(option) + font.horizontalAdvance(choice.text) + GAP + self._room(option)
        return QSize(width + SIDE, font.height() + 2 * ABOVE + BAR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        choice = index.data(CHOICE)
        if not isinstance(choice, Choice):
            super().paint(painter, option, index)
            return
        rect: QRect = option.rect
        colours = self._theme.colours
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.selection))
        text = rect.adjusted(self._lead(option), ABOVE, -SIDE, -ABOVE - BAR)
        word = text.adjusted(0, 0, -self._room(option), 0)
        painter.setFont(_font(option, choice))
        painter.setPen(QColor(colours.ink))
        shown = painter.fontMetrics().elidedText(choice.text, Qt.TextElideMode.ElideRight, word.width())
        painter.drawText(_mirrored(option, word), _leading(option), shown)
        if choice.stands:
            dot = rect.adjusted(SIDE, ABOVE, 0, -ABOVE - BAR)
            painter.drawText(_mirrored(option, dot), _leading(option), "•")
        painter.setFont(option.font)
        painter.setPen(QColor(colours.muted))
        painter.drawText(_mirrored(option, text), _trailing(option), choice.percent)
        room = QRect(text.left(), rect.bottom() - BAR, text.width(), BAR)
        length = max(1, round(room.width() * math.exp(min(choice.logprob, 0.0))))
        painter.fillRect(_mirrored(option, room), QColor(colours.rule))
        bar = QRect(room.left(), room.top(), length, BAR)
        painter.fillRect(_mirrored(option, bar), QColor(colours.accent))
        painter.restore()

    def _lead(self, option: QStyleOptionViewItem) -> int:
        """Return the room at the side, with that for the dot."""
        return SIDE + QFontMetrics(option.font).horizontalAdvance("• ")

    def _room(self, option: QStyleOptionViewItem) -> int:
        """Return the room for the percentage."""
        return QFontMetrics(option.font).horizontalAdvance(">99 %")


def fill(rows: QListWidget, choices: list[Choice]) -> None:
    """Put words into the rows of a list, and tell screen readers what is drawn beside them."""
    rows.clear()
    for choice in choices:
        rows.addItem(QListWidgetItem(choice.text))
    dress(rows, choices)


def dress(rows: QListWidget, choices: list[Choice]) -> None:
    """Say of the rows of a list, whose texts they are already, how likely each is."""
    for number, choice in enumerate(choices, 1):
        words = "{word}, {percent}, stands here, {number} of {count}" if choice.stands else _PLAIN
        name = QCoreApplication.translate("choices", words).format(
            word=choice.text, percent=choice.percent, number=number, count=len(choices)
        )
        item = rows.item(number - 1)
        item.setData(CHOICE, choice)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, name)


_PLAIN = "{word}, {percent}, {number} of {count}"


def _font(option: QStyleOptionViewItem, choice: Choice) -> QFont:
    font = QFont(option.font)
    font.setBold(choice.stands)
    return font


def _mirrored(option: QStyleOptionViewItem, rect: QRect) -> QRect:
    return QStyle.visualRect(option.direction, option.rect, rect)


def _leading(option: QStyleOptionViewItem) -> Qt.AlignmentFlag:
    side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
    return side | Qt.AlignmentFlag.AlignVCenter


def _trailing(option: QStyleOptionViewItem) -> Qt.AlignmentFlag:
    side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight)
    return side | Qt.AlignmentFlag.AlignVCenter
