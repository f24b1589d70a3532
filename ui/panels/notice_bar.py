"""Notices in a slim bar above the status line: never in the writer's way."""

from collections import deque

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ui.announcements import Politeness, announce
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
    """Shows one notice at a time, oldest first.

    Information answers what the writer did last: it leaves by itself, unless the pointer or the keyboard is
    there, and gives way as soon as there is another notice. The rest waits to be closed or answered.
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
        notifications.withdrawn.connect(self.withdraw)
        theme.changed.connect(self._dress)
        self._leave.timeout.connect(self._leave_unless_read)

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
        if self._shown is None or _is_passing(self._shown):
            self._show_next()
        else:
            self._show_how_many_wait()

    @Slot(object)
    def withdraw(self, notice: Notice) -> None:
        """Close `notice`, or do not show it at all; it holds no longer."""
        if notice == self._shown:
            self.dismiss()
        elif notice in self._waiting:
            self._waiting.remove(notice)
            self._show_how_many_wait()

    @Slot()
    def dismiss(self) -> None:
        """Close the notice that is shown and show the next one."""
        held_focus = self._holds_focus()
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

    @Slot()
    def _leave_unless_read(self) -> None:
        if self.underMouse() or self._holds_focus():
            self._leave.start()
        else:
            self.dismiss()

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
        is_information = notice.severity is Severity.INFORMATION
        announce(self, words, Politeness.Polite if is_information else Politeness.Assertive)
        if _is_passing(notice):
            self._leave.start()
        else:
            self._leave.stop()

    def _holds_focus(self) -> bool:
        focus = QApplication.focusWidget()  # `QWidget.focusWidget` is what had it here last
        return focus is not None and self.isAncestorOf(focus)

    def _show_how_many_wait(self) -> None:
        waiting = len(self._waiting)
        self._more.setText(self.tr("%Ln more", "", waiting))
        self._more.setVisible(waiting > 0)


def _is_passing(notice: Notice) -> bool:
    return notice.severity is Severity.INFORMATION and notice.action is None
