"""Clicks on text that stood elsewhere while ghost text was shown."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ui.editor.page import Page


class GhostClicks(QObject):
    """Lets a click hit what was seen under the pointer, though dismissing the ghost text moves the text.

    So do the release, with which the middle button pastes, and the second press of a double click. A drag
    begins only where the pointer leaves the place of the press: until then it is no drag.

    Args:
        page: the page.
        dismiss: takes the ghost text away.
    """

    def __init__(self, page: Page, dismiss: Callable[[], None]) -> None:
        super().__init__(page)
        self._page = page
        self._dismiss = dismiss
        self._pressed = QPointF()
        self._offset = QPoint()  # from the last press to where the text under it stands now
        self._is_passing = False
        page.viewport().installEventFilter(self)

    def press(self, event: QMouseEvent) -> bool:
        """Dismiss the ghost text for a press beside it, and tell whether the press has been passed on."""
        hit = self._page.cursorForPosition(event.position().toPoint())
        before = self._page.cursorRect(hit).topLeft()
        self._dismiss()
        self._pressed, self._offset = event.position(), self._page.cursorRect(hit).topLeft() - before
        return self._pass_on(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if self._offset.isNull() or self._is_passing or not isinstance(event, QMouseEvent):
            return False
        distance = (event.position() - self._pressed).manhattanLength()
        is_here = distance < QApplication.startDragDistance()
        if event.type() in (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick) and is_here:
            return self._pass_on(event)
        if event.type() == QEvent.Type.MouseMove and is_here:
            return bool(event.buttons())
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._offset = QPoint()
        return False

    def _pass_on(self, event: QMouseEvent) -> bool:
        if self._offset.isNull():
            return False
        moved = QMouseEvent(
            event.type(),
            event.position() + QPointF(self._offset),
            event.scenePosition(),
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )
        self._is_passing = True
        QApplication.sendEvent(self._page.viewport(), moved)
        self._is_passing = False
        return True
