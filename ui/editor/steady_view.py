"""A view that stays while text is put in elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextCursor

from ui.editor.page import Page


@contextmanager
def steady_view(page: Page) -> Iterator[None]:
    """Keep the caret's line where it is on the screen, or the first line where the caret is out of sight."""
    kept = page.textCursor() if shows_caret(page) else page.cursorForPosition(QPoint(0, 0))
    kept.setKeepPositionOnInsert(True)
    bar = page.verticalScrollBar()
    below_top = _line(kept) - bar.value()
    yield
    bar.setValue(_line(kept) - below_top)


def shows_caret(page: Page) -> bool:
    """Tell whether the caret is on the screen."""
    return page.viewport().rect().intersects(page.cursorRect())


def _line(cursor: QTextCursor) -> int:
    """Return which line of the document a place is in, as the scroll bar counts."""
    block = cursor.block()
    return block.firstLineNumber() + max(
        block.layout().lineForTextPosition(cursor.positionInBlock()).lineNumber(), 0
    )
