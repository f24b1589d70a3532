"""What the command palette lists: commands, filtered and in their order, painted a line each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.panels.command_match import match
from ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole
TICK = "✓"
SIDE = 10  # pixels
SPACE = 10
BY_TITLE = 100.0  # on top for what fits without the name of its menu


@dataclass(frozen=True)
class Entry:
    """Something that can be done.

    identifier: what it is remembered by; empty for what is not worth it.
    group: where else it is found, such as the name of its menu.
    keys: its shortcut in the platform's words.
    is_on: whether it is switched on; None where it is no switch.
    """

    identifier: str
    title: str
    group: str
    run: Callable[[], object]
    keys: str = ""
    is_enabled: bool = True
    is_on: bool | None = None

    def spoken(self) -> str:
        """Return all of it in words."""
        state = "" if self.is_on is None else (_tr("on") if self.is_on else _tr("off"))
        missing = "" if self.is_enabled else _tr("not available now")
        return ", ".join(part for part in (self.title, self.group, self.keys, state, missing) if part)


class EntryModel(QAbstractListModel):
    """The entries as they were collected."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """List other entries."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return entry.spoken()
            case _ if role == ENTRY:
                return entry
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: D102
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usable if self._entries[index.row()].is_enabled else Qt.ItemFlag.NoItemFlags


class EntryFilter(QSortFilterProxyModel):
    """The entries that fit what was typed, best first; without a word all of them, recent ones first."""

    def __init__(self, entries: EntryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scores: dict[int, float] = {}
        self._recent: Sequence[str] = ()
        self.setSourceModel(entries)

    def look_for(self, query: str, recent: Sequence[str]) -> None:
        """Show what fits.

        Args:
            query: what was typed.
            recent: identifiers of what was done lately, the latest first.
        """
        self._recent = recent
        self._scores = {}
        for row in range(self.sourceModel().rowCount()):
            entry = self.sourceModel().index(row, 0).data(ENTRY)
            score = match(query, entry.title)
            if score is not None:
                self._scores[row] = score + BY_TITLE
            elif (score := match(query, f"{entry.title} {entry.group}")) is not None:
                self._scores[row] = score
        self.invalidate()
        self.sort(0)

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:  # noqa: D102, N802
        return row in self._scores

    def lessThan(self, left: Index, right: Index) -> bool:  # noqa: D102, N802
        return self._rank(left) < self._rank(right)

    def _rank(self, index: Index) -> tuple[float, int, int]:
        entry = index.data(ENTRY)
        recency = self._recent.index(entry.identifier) if entry.identifier in self._recent else 1_000
        return -self._scores.get(index.row(), 0.0), recency, index.row()


class EntryPainter(QStyledItemDelegate):
    """Paints an entry: whether it is on, its title, where it belongs, its keys."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: D102
        return QSize(100, option.fontMetrics.height() + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        colours, entry = self._theme.colours, index.data(ENTRY)
        row, metrics = QRect(option.rect), option.fontMetrics
        painter.save()
        painter.setFont(option.font)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, QColor(colours.selection))
        ink = colours.ink if entry.is_enabled else colours.mark
        aside = colours.muted if entry.is_enabled else colours.mark
        room = row.adjusted(SIDE, 0, -SIDE, 0)
        tick = QRect(room.left(), room.top(), metrics.horizontalAdvance(TICK), room.height())
        if entry.is_on:
            self._write(painter, option, tick, TICK, ink)
        room.setLeft(tick.right() + SPACE)
        keys = QRect(room)
        keys.setLeft(max(room.left(), room.right() - metrics.horizontalAdvance(entry.keys)))
        self._write(painter, option, keys, entry.keys, aside)
        room.setRight(keys.left() - (SPACE if entry.keys else 0))
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideMiddle, room.width())
        self._write(painter, option, room, title, ink)
        room.setLeft(min(room.left() + metrics.horizontalAdvance(title) + SPACE, room.right()))
        if room.width() > metrics.averageCharWidth() * 4:
            group = metrics.elidedText(entry.group, Qt.TextElideMode.ElideRight, room.width())
            self._write(painter, option, room, group, aside)
        painter.restore()

    def _write(
        self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str, colour: str
    ) -> None:
        """Write text at the side where reading starts."""
        painter.setPen(QColor(colour))
        place = QStyle.visualRect(option.direction, option.rect, place)
        side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("palette", text)
