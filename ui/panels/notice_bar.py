"""Notices in a slim bar above the status line: never in the writer's way."""

from collections import deque

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from ui.icons import Icons
from ui.notifications import Notice, Notifications, Severity
from ui.theme import Theme

READING_MS = 6_000
ICON = QSize(16, 16)
SYMBOLS = {
    Severity.INFORMATION: "info",
    Severity.WARNING: "triangle-alert",
    Severity.ERROR: "circle-alert",
}


class NoticeBar(QFrame):
    """Shows one notice at a time, oldest first; information leaves by itself, the rest waits to be closed.

    Information answers what the writer did last, so it gives way as soon as there is another notice.
    """

    dismissed = Signal()

    def __init__(
        self,
        notifications: Notifications,
        theme: Theme,
        icons: Icons,
        parent: QWidget | None = None,
        reading_ms: int = READING_MS,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._waiting: deque[Notice] = deque()
        self._shown: Notice | None = None
        self._symbol = QLabel()
        self._text = QLabel()
        self._more = QLabel()
        self._action = QPushButton()
        self._close = QToolButton()
        self._leave = QTimer(self, singleShot=True, interval=reading_ms)
        self._build()
        self._dress()
        self.hide()
        notifications.posted.connect(self.post)
        theme.changed.connect(self._dress)
        self._leave.timeout.connect(self.dismiss)

    @property
    def notice(self) -> Notice | None:
        """The notice that is shown."""
        return self._shown

    @Slot(object)
    def post(self, notice: Notice) -> None:
        """Show `notice`, or queue it behind those that the writer has not read yet."""
        if notice == self._shown or notice in self._waiting:
            return
        self._waiting.append(notice)
        if self._shown is None or self._gives_way(self._shown):
            self._show_next()
        else:
            self._show_how_many_wait()
            self._start_leaving()

    @Slot()
    def dismiss(self) -> None:
        """Close the notice that is shown and show the next one."""
        held_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self._leave.stop()
        self._shown = None
        self._show_next()
        if held_focus and self._shown is None:
            self.dismissed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102
        self._leave.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102
        self._start_leaving()
        super().leaveEvent(event)

    @Slot()
    def _act(self) -> None:
        action = self._shown.action if self._shown else None
        self.dismiss()
        if action is not None:
            action.run()

    @Slot()
    def _dress(self) -> None:
        colours = self._theme.colours
        self.setStyleSheet(
            f"NoticeBar {{ background: {colours.surface}; border-top: 1px solid {colours.rule}; }}"
        )
        self._close.setIcon(self._icons.icon("x"))
        if self._shown is not None:
            tint = {Severity.WARNING: colours.warning, Severity.ERROR: colours.error}
            icon = self._icons.icon(
                SYMBOLS[self._shown.severity], tint.get(self._shown.severity, colours.mark)
            )
            self._symbol.setPixmap(icon.pixmap(ICON, self.devicePixelRatioF()))

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Notices"))
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more.setForegroundRole(self._more.palette().ColorRole.PlaceholderText)
        self._close.setIconSize(ICON)
        self._close.setToolTip(self.tr("Close this notice (Esc)"))
        self._close.setAccessibleName(self.tr("Close this notice"))
        self._close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close.clicked.connect(self.dismiss)
        self._action.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(10)
        for widget in (self._symbol, self._text, self._more, self._action, self._close):
            row.addWidget(widget)

    def _show_next(self) -> None:
        if not self._waiting:
            self.hide()
            return
        notice = self._shown = self._waiting.popleft()
        words = f"{notice.text} {notice.hint}".strip()
        self._text.setText(words)
        self._action.setVisible(notice.action is not None)
        if notice.action is not None:
            self._action.setText(notice.action.label)
        self.setAccessibleDescription(words)
        self._show_how_many_wait()
        self._dress()
        self.show()
        self._announce(words)
        self._start_leaving()

    def _gives_way(self, notice: Notice) -> bool:
        return notice.severity is Severity.INFORMATION and notice.action is None

    def _show_how_many_wait(self) -> None:
        waiting = len(self._waiting)
        self._more.setText(self.tr("%Ln more", "", waiting))
        self._more.setVisible(waiting > 0)

    def _start_leaving(self) -> None:
        """Give the writer time to read; a notice with a button stays until it is answered."""
        stays = (
            self._shown is None or self._shown.severity is Severity.ERROR or self._shown.action is not None
        )
        if not stays and not self.underMouse():
            self._leave.start()

    def _announce(self, words: str) -> None:
        event = QAccessibleAnnouncementEvent(self, words)
        if self._shown is not None and self._shown.severity is not Severity.INFORMATION:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)
