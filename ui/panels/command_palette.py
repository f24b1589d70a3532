"""Every command in one list, to find by a few letters."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from ui.announcements import announce
from ui.panels.command_list import ENTRY, Entry, EntryFilter, EntryModel, EntryPainter
from ui.theme import Theme

WIDTH = 560  # pixels
ROWS = 10
FROM_EDGE = 16
RECENT = "palette/recent"
MOST_RECENT = 8
REST_MS = 400  # after the last letter, before the number of matches is announced
STYLE = """
CommandPalette {{ background: {surface}; border: 1px solid {mark}; border-radius: 6px; }}
CommandPalette QLineEdit {{ background: {paper}; color: {ink}; border: 1px solid {rule}; border-radius: 4px;
    padding: 5px 8px; }}
CommandPalette QLineEdit:focus {{ border-color: {mark}; }}
CommandPalette QListView {{ background: transparent; border: none; outline: none; }}
"""


class CommandPalette(QFrame):
    """Opens over the top of the page: typing filters, arrows move, Return runs, Esc goes back.

    While it is open, no shortcut of the window reaches anything else; whatever had the keyboard gets it
    back before a command runs.

    Args:
        collect: returns what can be done at the moment.
        toggles: the shortcuts that open it, which close it too.
        store: remembers what was run lately.
        window: what it lies on.
        below: whose upper edge it hangs from.
    """

    def __init__(
        self,
        collect: Callable[[], Sequence[Entry]],
        toggles: Callable[[], Sequence[QKeySequence]],
        store: QSettings,
        theme: Theme,
        window: QWidget,
        below: QWidget,
    ) -> None:
        super().__init__(window)
        self._collect = collect
        self._toggles = toggles
        self._store = store
        self._theme = theme
        self._window = window
        self._below = below
        self._before: QWidget | None = None
        self._query = QLineEdit()
        self._list = QListView()
        self._nothing = QLabel(self.tr("No command is called that."))
        self._entries = EntryModel(self)
        self._found = EntryFilter(self._entries, self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._build()
        self._dress()
        self._query.textChanged.connect(self._look)
        self._query.installEventFilter(self)
        self._list.clicked.connect(self._run)
        self._rest.timeout.connect(self._announce_matches)
        window.installEventFilter(self)
        theme.changed.connect(self._dress)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self.hide()

    @property
    def shown(self) -> list[Entry]:
        """The entries that fit, as they are listed."""
        return [self._found.index(row, 0).data(ENTRY) for row in range(self._found.rowCount())]

    @property
    def current(self) -> Entry | None:
        """The entry that Return runs."""
        entry: Entry | None = self._list.currentIndex().data(ENTRY)
        return entry

    @Slot()
    def open_palette(self) -> None:
        """Show all commands, recent ones first, and take the keyboard."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._entries.show_entries(self._collect())
        self._place()
        self.show()
        self.raise_()
        self._query.setFocus(Qt.FocusReason.PopupFocusReason)
        self._query.clear()
        self._look()

    @Slot()
    def close_palette(self) -> None:
        """Hide, and give the keyboard back to what had it."""
        before, self._before = self._before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self._below.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        if QKeySequence(event.keyCombination()) in self._toggles() or key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex())
        elif key in steps:
            self._move(steps[Qt.Key(key)])
        else:
            return False
        return True

    @Slot()
    def _look(self) -> None:
        """Show what fits, and mark the best of it that can be done."""
        if not self.isVisible():
            return
        self._found.look_for(self._query.text(), self._recent())
        self._list.setVisible(self._found.rowCount() > 0)
        self._nothing.setVisible(self._found.rowCount() == 0)
        self._list.scrollToTop()
        usable = self._usable_rows()
        self._list.setCurrentIndex(self._found.index(usable[0], 0) if usable else QModelIndex())
        self._rest.start()

    @Slot()
    def _announce_matches(self) -> None:
        count = self._found.rowCount()
        if self.isVisible():
            announce(self._query, self.tr("1 match") if count == 1 else self.tr("%Ln matches", "", count))

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        entry: Entry | None = index.data(ENTRY)
        if entry is None or not entry.is_enabled:
            return
        self.close_palette()
        if entry.identifier:
            others = [name for name in self._recent() if name != entry.identifier]
            self._store.setValue(RECENT, " ".join([entry.identifier, *others][:MOST_RECENT]))
        entry.run()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Close when the writer goes elsewhere; another program is not elsewhere."""
        if self.isVisible() and new is not None and new is not self._query and not self.isAncestorOf(new):
            self._before = None
            self.hide()

    @Slot()
    def _dress(self) -> None:
        self.setStyleSheet(STYLE.format_map(vars(self._theme.colours)))

    def _move(self, steps: int) -> None:
        """Go up or down among what can be done: by one goes round, by more stops at the end."""
        usable = self._usable_rows()
        if not usable:
            return
        row = self._list.currentIndex().row()
        place = (usable.index(row) if row in usable else 0) + steps
        place = place % len(usable) if abs(steps) == 1 else min(max(place, 0), len(usable) - 1)
        index = self._found.index(usable[place], 0)
        self._list.setCurrentIndex(index)
        announce(self._query, index.data(ENTRY).spoken())

    def _usable_rows(self) -> list[int]:
        return [row for row, entry in enumerate(self.shown) if entry.is_enabled]

    def _recent(self) -> list[str]:
        return str(self._store.value(RECENT, "")).split()

    def _place(self) -> None:
        """Hang in the middle below the upper edge of the page, as large as the window allows."""
        area = self._below.rect().translated(self._below.mapTo(self._window, QPoint()))
        top = area.top() + FROM_EDGE // 2
        width = min(WIDTH, self._window.width() - 2 * FROM_EDGE)
        wanted = self._query.sizeHint().height() + ROWS * (self.fontMetrics().height() + 10) + 26
        height = min(wanted, area.bottom() - top - FROM_EDGE // 2)
        self.setGeometry((self._window.width() - width) // 2, top, width, height)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Commands"))
        self._query.setPlaceholderText(self.tr("Find a command"))
        self._query.setAccessibleName(self.tr("Find a command"))
        self._list.setModel(self._found)
        self._list.setItemDelegate(EntryPainter(self._theme, self))
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing.setContentsMargins(10, 4, 10, 4)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._query)
        column.addWidget(self._list, 1)
        column.addWidget(self._nothing, 1)
