"""Panels that slide in from the right, one at a time."""

from PySide6.QtCore import QSettings, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui.icons import Icons
from ui.panels.icon_button import IconButton
from ui.theme import Theme

USUAL_WIDTH = 320
SMALLEST_WIDTH = 220
WIDTH = "panels/width"
STYLE = "SidePanels {{ border: none; border-left: 1px solid {rule}; background: {surface}; }}"


class SidePanels(QFrame):
    """The room to the right of the page, with the panel that is open.

    Each panel is a widget with `focusProxy` set to what takes the keyboard. Esc goes back to the page.

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
        self._build()
        self._dress()
        theme.changed.connect(self._dress)
        self._close.clicked.connect(self.close_panel)
        self.hide()

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

    def tie(self, identifier: str, action: QAction) -> None:
        """Let a checkable action show whether a panel is open."""

        def follow(shown: str) -> None:
            action.setChecked(shown == identifier)

        self.shown_changed.connect(follow)

    def show_panel(self, identifier: str) -> None:
        """Open a panel in place of the one that is open, and give it the keyboard."""
        panel = self._panels[identifier]
        self._stack.setCurrentWidget(panel)
        self._title.setText(panel.windowTitle())
        if self.isHidden():
            self.show()
            self._restore_width()
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
        self._keep_width()
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

    def _restore_width(self) -> None:
        splitter = self.parent()
        if isinstance(splitter, QSplitter):
            width = int(str(self._store.value(WIDTH, USUAL_WIDTH)))
            splitter.setSizes([max(splitter.width() - width, 1), width])

    def _keep_width(self) -> None:
        self._store.setValue(WIDTH, self.width())
