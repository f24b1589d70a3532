"""Panels to the right of the page, one at a time."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRect, QSettings, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from ui.icons import Icons
from ui.panels.icon_button import IconButton
from ui.theme import Theme

USUAL_WIDTH = 320
SMALLEST_WIDTH = 220
PAGE_WIDTH = 320  # that the page keeps beside a panel
UNCOVERED = 40  # of the page, where there is no such room
WIDTH = "panels/width"
STYLE = "SidePanels {{ border: none; background: {surface}; }}"


class SidePanels(QFrame):
    """The room to the right of the page, with the panel that is open.

    Each panel is a widget with `focusProxy` set to what takes the keyboard. Esc goes back to the page. In a
    window too narrow for both, the panel lies over the page, and closes when the page gets the keyboard.

    Args:
        store: keeps the width.
    """

    shown_changed = Signal(str)  # the identifier of the panel that is open; empty when none is
    closed = Signal()

    def __init__(self, theme: Theme, icons: Icons, store: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._store = store
        self._title = QLabel()
        self._close = IconButton("x", self.tr("Close (Esc)"), theme, icons)
        self._stack = QStackedWidget()
        self._panels: dict[str, QWidget] = {}
        self._row: QSplitter | None = None  # what the page and this stand in
        self._build()
        self._dress()
        theme.changed.connect(self._dress)
        self._close.clicked.connect(self.close_panel)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self.hide()

    @property
    def covers_page(self) -> bool:
        """Whether it lies over the page, for want of room beside it."""
        return self._row is not None and self.parent() is not self._row

    @property
    def shown(self) -> str:
        """The identifier of the panel that is open; empty when none is."""
        return "" if self.isHidden() else list(self._panels)[self._stack.currentIndex()]

    def add(self, identifier: str, title: str, panel: QWidget) -> None:
        """Take in a panel, closed."""
        panel.setAccessibleName(title)
        panel.setWindowTitle(title)
        self._panels[identifier] = panel
        self._stack.addWidget(panel)

    def tie(self, actions: Mapping[str, QAction]) -> None:
        """Let the checkable action with the identifier of a panel show whether that is open."""

        def follow(shown: str) -> None:
            for identifier in self._panels.keys() & actions.keys():
                actions[identifier].setChecked(shown == identifier)

        self.shown_changed.connect(follow)

    def show_panel(self, identifier: str) -> None:
        """Open a panel in place of the one that is open, and give it the keyboard."""
        panel = self._panels[identifier]
        self._stack.setCurrentWidget(panel)
        self._title.setText(panel.windowTitle())
        if self.isHidden():
            self._find_row()
            self.show()
            self._arrange()
        self.shown_changed.emit(identifier)
        panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_shown(self, identifier: str, is_shown: bool) -> None:
        """Open a panel, or close it if it is the one that is open."""
        if is_shown != (self.shown == identifier):
            if is_shown:
                self.show_panel(identifier)
            else:
                self.close_panel()

    @Slot()
    def close_panel(self) -> None:
        """Give the room back to the page."""
        if self.isHidden():
            return
        self.hide()
        self.shown_changed.emit("")
        self.closed.emit()

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(USUAL_WIDTH, 400)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if watched is self._row and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._arrange()
        return False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.covers_page and self._row is not None and new is not None and self._row.isAncestorOf(new):
            self.close_panel()

    @Slot()
    def _dress(self) -> None:
        self.setStyleSheet(STYLE.format_map(vars(self._theme.colours)))

    def _build(self) -> None:
        self.setMinimumWidth(SMALLEST_WIDTH)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _find_row(self) -> None:
        row = self.parent()
        if self._row is None and isinstance(row, QSplitter):
            self._row = row
            row.installEventFilter(self)
            row.splitterMoved.connect(self._keep_width)

    def _arrange(self) -> None:
        """Stand beside the page, as wide as the writer has it and there is room, or lie over it."""
        if self._row is None:
            return
        room = self._row.width() - self._row.handleWidth()
        is_narrow = room < PAGE_WIDTH + SMALLEST_WIDTH
        if is_narrow != self.covers_page:
            self._change_place(self._row, is_narrow)
        width = self._kept_width()
        if is_narrow:
            place = QRect(self._row.geometry())
            place.setLeft(place.right() + 1 - min(width, room - UNCOVERED))
            self.setGeometry(QStyle.visualRect(self.layoutDirection(), self._row.geometry(), place))
            self.raise_()
        else:
            width = min(width, room - PAGE_WIDTH)
            self._row.setSizes([room - width, width])

    def _change_place(self, row: QSplitter, is_narrow: bool) -> None:
        """Leave the row or come back to it; whatever had the keyboard keeps it."""
        focus = QApplication.focusWidget()
        held = focus if focus is not None and self.isAncestorOf(focus) else None
        if is_narrow:
            self.setParent(row.parentWidget())
        else:
            row.addWidget(self)
            row.setStretchFactor(1, 0)
        self.show()
        if held is not None:
            held.setFocus(Qt.FocusReason.OtherFocusReason)

    def _kept_width(self) -> int:
        try:
            return max(int(str(self._store.value(WIDTH, USUAL_WIDTH))), SMALLEST_WIDTH)
        except ValueError:  # somebody wrote something else there
            return USUAL_WIDTH

    @Slot()
    def _keep_width(self) -> None:
        """Remember the width that the writer drags it to, as long as the page keeps its room."""
        if self._row is not None:
            room = self._row.width() - self._row.handleWidth()
            self._store.setValue(WIDTH, min(self.width(), room - PAGE_WIDTH))
            self._arrange()
