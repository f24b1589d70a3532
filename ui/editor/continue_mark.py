"""The small mark beside the caret's paragraph that continues it, or stops the stream."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QToolButton

from ui.editor.page import Page
from ui.icons import Icons
from ui.theme import Theme

SIDE = 24  # pixels
GAP = 6  # between the column and the mark
ICON = QSize(16, 16)


class ContinueMark(QToolButton):
    """Stands in the right margin, level with the last line of the caret's or the stream's paragraph.

    Args:
        page: the page whose margin it stands in.
        theme: colours; the accent means the models.
        icons: paints the two marks.
        stream_end: where the running stream ends, in UTF-16 code units; -1 when there is none.
    """

    def __init__(self, page: Page, theme: Theme, icons: Icons, stream_end: Callable[[], int]) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self._icons = icons
        self._stream_end = stream_end
        self.setFixedSize(SIDE, SIDE)
        self.setIconSize(ICON)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+Return does the same from the keyboard
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        page.cursorPositionChanged.connect(self.follow)
        page.updateRequest.connect(self.follow)
        page.column_moved.connect(self.follow)
        theme.changed.connect(self.dress)
        self.dress()

    @Slot()
    def dress(self) -> None:
        """Show what a click does now: stop while a stream runs, continue otherwise."""
        is_streaming = self._stream_end() >= 0
        self.setIcon(
            self._icons.icon("square" if is_streaming else "arrow-right", self._theme.colours.accent)
        )
        self.setToolTip(self.tr("Stop (Esc)") if is_streaming else self.tr("Continue (Ctrl+Return)"))
        self.setAccessibleName(self.tr("Stop") if is_streaming else self.tr("Continue"))
        self.follow()

    @Slot()
    def follow(self) -> None:
        """Stand beside the paragraph's last line; hide where that is scrolled away or has no margin."""
        position = self._stream_end()
        cursor = self._page.textCursor() if position < 0 else self._page.text_cursor_at(position)
        cursor.movePosition(cursor.MoveOperation.EndOfBlock)
        line = self._page.cursorRect(cursor)
        viewport = self._page.viewport().geometry()
        y = viewport.top() + line.center().y() - SIDE // 2
        fits = self._page.width() - viewport.right() >= GAP + SIDE
        self.setVisible(fits and viewport.top() <= y + SIDE // 2 <= viewport.bottom())
        self.move(viewport.right() + GAP, y)
