"""The keyboard's way round the window: from the page to the panel, the bars and the status line, and back."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget


class FocusAreas(QObject):
    """Moves the keyboard from one part of the window to the next, past those that are closed.

    Args:
        areas: the parts, in the order in which they are visited.
    """

    def __init__(self, areas: Sequence[QWidget], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._areas = areas

    @Slot()
    def go_to_next(self) -> None:
        """Give the keyboard to the next part that can have it."""
        self._go(1)

    @Slot()
    def go_to_previous(self) -> None:
        """Give the keyboard to the part before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        targets = [target for area in self._areas if (target := self._target(area)) is not None]
        if not targets:
            return
        here = next((i for i, target in enumerate(targets) if self._holds_focus(target)), None)
        place = (here + step) % len(targets) if here is not None else 0
        targets[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _holds_focus(self, target: QWidget) -> bool:
        focus = QApplication.focusWidget()
        area = next(area for area in self._areas if area is target or area.isAncestorOf(target))
        return focus is not None and (focus is area or area.isAncestorOf(focus))

    def _target(self, area: QWidget) -> QWidget | None:
        """Return what in a part should have the keyboard: what had it there, or the first that can."""
        if not area.isVisible():
            return None
        last = area.focusWidget()
        if last is not None and _takes_keys(last) and (last is area or area.isAncestorOf(last)):
            return last
        if _takes_keys(area):
            return area
        widget = area.nextInFocusChain()
        while widget is not None and widget is not area:
            if area.isAncestorOf(widget) and _takes_keys(widget):
                return widget
            widget = widget.nextInFocusChain()
        return None


def _takes_keys(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
