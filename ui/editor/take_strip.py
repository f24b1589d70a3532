"""The small strip beside a continuation that swaps its takes and makes new ones."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.editor.continue_mark import GAP, SIDE
from ui.editor.page import Page
from ui.icons import Icons
from ui.panels.icon_button import IconButton
from ui.theme import Theme

STYLE = "QLabel {{ color: {muted}; }}"


class TakeStrip(QWidget):
    """Stands in the right margin below the last line of the take, or above it, and clear of the mark.

    Args:
        page: the page whose margin it stands in.
        theme: colours.
        icons: paints the buttons.
        mark: the mark that it keeps clear of.
    """

    next_clicked = Signal()
    previous_clicked = Signal()
    retry_clicked = Signal()

    def __init__(self, page: Page, theme: Theme, icons: Icons, mark: Callable[[], QRect]) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self._mark = mark
        self._end = -1  # of the take, in UTF-16 code units
        self.previous = IconButton("chevron-up", self.tr("Previous take (Alt+Up)"), theme, icons, self)
        self.count = QLabel(self)
        self.next = IconButton("chevron-down", self.tr("Next take (Alt+Down)"), theme, icons, self)
        self.retry = IconButton("refresh-cw", self.tr("Retry (Ctrl+Shift+Return)"), theme, icons, self)
        self._build()
        self._dress()
        theme.changed.connect(self._dress)
        self.previous.clicked.connect(self.previous_clicked)
        self.next.clicked.connect(self.next_clicked)
        self.retry.clicked.connect(self.retry_clicked)
        page.updateRequest.connect(self.place)
        page.cursorPositionChanged.connect(self.place)
        page.column_moved.connect(self.place)
        self.hide()

    def show_take(self, end: int, number: int, count: int) -> None:
        """Say which of how many takes stands on the page, which ends at `end`, in UTF-16 code units.

        An end of -1 hides the strip.
        """
        self._end = end
        self.count.setText(f"{number}/{count}")
        self.count.setAccessibleName(self.tr("Take {number} of {count}").format(number=number, count=count))
        for widget in (self.previous, self.count, self.next):
            widget.setVisible(count > 1)
        self.place()

    @Slot()
    def place(self) -> None:
        """Stand beside the last line of the take; hide where that is scrolled away or has no margin."""
        if self._end < 0:
            self.hide()
            return
        end = min(self._end, self._page.document().characterCount() - 1)  # undo may have just shortened it
        line = self._page.cursorRect(self._page.text_cursor_at(end))
        column, mark = self._page.viewport().geometry(), self._mark()
        left, level = column.right() + GAP, column.top() + line.center().y()
        self.adjustSize()
        place = QRect(left, level + SIDE // 2, self.width(), self.height())
        if place.intersects(mark):
            place.moveTop(mark.bottom() + 1)
        if place.bottom() > self._page.height():
            place.moveBottom(min(level - SIDE // 2, mark.top()) - 1)
        self.move(place.topLeft())
        fits = self._page.width() - column.right() >= GAP + SIDE
        self.setVisible(fits and column.top() <= level <= column.bottom())

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setFixedSize(SIDE, SIDE)
        for widget in (self.previous, self.count, self.next, self.retry):
            layout.addWidget(widget)
        for button in (self.previous, self.next, self.retry):  # which have keys of their own
            button.setFixedSize(SIDE, SIDE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Takes"))

    @Slot()
    def _dress(self) -> None:
        self.setStyleSheet(STYLE.format_map(vars(self._theme.colours)))
