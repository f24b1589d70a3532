"""The strip in the margin that swaps and retries takes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from app.document.manuscript import Manuscript
from tests.ui.conftest import Sit
from tests.ui.takes import FOUR, ONE, TWO, begun


def test_the_strip_swaps_and_retries_with_the_mouse(sit_down: Sit) -> None:
    writer = begun(sit_down)
    buttons = writer.inkling.take_tools.strip
    for button, text in ((buttons.next, TWO), (buttons.previous, ONE)):
        writer.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert writer.text == "She knocked" + text
    writer.qtbot.mouseClick(buttons.retry, Qt.MouseButton.LeftButton)
    writer.wait_for_stream()
    assert writer.text == "She knocked" + FOUR
    assert all(b.toolTip() and b.accessibleName() for b in (buttons.next, buttons.previous, buttons.retry))


def test_the_strip_keeps_clear_of_the_mark_in_windows_of_any_size(sit_down: Sit) -> None:
    writer = begun(sit_down)
    shown, mark = writer.inkling.take_tools.strip, writer.inkling.mark
    writer.page.undo_steps.insert(writer.page.text_cursor_at(0), Manuscript.of_one("line\n" * 100))
    for width, height in ((400, 280), (400, 700), (700, 280), (1400, 900)):
        writer.inkling.window.resize(width, height)
        writer.page.ensureCursorVisible()
        writer.qtbot.wait(20)
        for caret in (len(writer.text), len(writer.text) - len("She knocked" + ONE) - 1):
            writer.place_caret(caret)
            assert shown.isVisible()
            assert not shown.geometry().intersects(mark.geometry())
            assert not shown.geometry().intersects(writer.page.viewport().geometry())
            assert writer.page.rect().contains(shown.geometry())
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    assert not shown.isVisible()
