"""The small strip beside a continuation that swaps its takes and makes new ones."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from ui.editor.continue_mark import GAP, SIDE
from ui.editor.page import Page
from ui.icons import Icons
from ui.panels.icon_button import IconButton
from ui.theme import Theme

STYLE = "QLabel {{ color: {muted}; }}"
Direction = QBoxLayout.Direction


class TakeStrip(QWidget):
    """Stands in the right margin, level with the last line of the take and beside the mark that continues it.

    Where the margin is too narrow for that, it stands upright below the mark.

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
        column = self._page.viewport().geometry()
        bar = self._page.verticalScrollBar()
        margin = self._page.width() - column.right() - (bar.width() if bar.isVisible() else 0)
        middle = column.top() + line.center().y()
        self._lay_out(Direction.LeftToRight)
        left, top = column.right() + GAP + SIDE + GAP, middle - SIDE // 2
        if GAP + SIDE + GAP + self.width() > margin:
            self._lay_out(Direction.TopToBottom)
            left, top = column.right() + GAP, middle + SIDE // 2
            if self._mark().intersects(QRect(left, top, self.width(), self.height())):
                top = self._mark().bottom() + 1
            if top + self.height() > self._page.height():
                top = min(middle - SIDE // 2, self._mark().top()) - self.height()
        self.move(left, top)
        fits = margin >= GAP + SIDE
        self.setVisible(fits and column.top() <= middle <= column.bottom())

    def _lay_out(self, direction: Direction) -> None:
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.setDirection(direction)
        self.resize(layout.sizeHint())

    def _build(self) -> None:
        layout = QBoxLayout(Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setMinimumSize(SIDE, SIDE)
        for widget in (self.previous, self.count, self.next, self.retry):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        for button in (self.previous, self.next, self.retry):
            button.setFixedSize(SIDE, SIDE)
            button.setFocusPolicy(
                Qt.FocusPolicy.NoFocus
            )  # the same keys do it while the page has the keyboard
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Takes"))

    @Slot()
    def _dress(self) -> None:
        self.setStyleSheet(STYLE.format_map(vars(self._theme.colours)))
