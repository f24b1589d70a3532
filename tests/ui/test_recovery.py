"""A writer whose program died, at the real window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QMessageBox, QPushButton

from app.document.left_behind import find_left_behind
from app.paths import Paths
from tests.ui.conftest import Sit, Writer
from ui.dialogs.left_behind import LeftBehindWindow


def leave(writer: Writer) -> None:
    """End as the program does when the system tells it to."""
    writer.inkling.documents.leave()
    writer.settle()
    assert not writer.inkling.window.isVisible()


def offer(writer: Writer) -> LeftBehindWindow | None:
    return writer.inkling.window.findChild(LeftBehindWindow)


def press(writer: Writer, label: str) -> None:
    window = offer(writer)
    buttons = window.findChildren(QPushButton)
    button = next(button for button in buttons if button.text().replace("&", "") == label)
    writer.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    writer.settle()


def left_behind(folder: Path) -> list[str]:
    return [left.manuscript.text for left in find_left_behind(Paths.under(folder).journals).documents]


def test_what_was_not_saved_is_offered_and_brought_back(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = sit_down(file=story)
    writer.place_caret(5)
    writer.type(" Twice.")
    leave(writer)
    assert story.read_text() == "Once."

    writer = sit_down()
    assert offer(writer).isVisible()
    assert "story.md" in offer(writer).findChild(QListWidget).item(0).text()
    assert writer.text == ""
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert writer.text == "Once. Twice."
    assert writer.page.document().isModified()
    assert writer.inkling.files.document.path == story
    assert story.read_text() == "Once."
    writer.page.undo()
    assert writer.text == "Once."
    assert not writer.page.document().isModified()
    writer.page.redo()
    writer.save()
    assert story.read_text() == "Once. Twice."
    leave(writer)
    assert left_behind(tmp_path) == []


def test_what_was_brought_back_is_still_safe(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.type("A text without a name")
    leave(writer)
    writer = sit_down()
    press(writer, "Bring Back")
    writer.type("!")
    leave(writer)
    assert left_behind(tmp_path) == ["A text without a name!"]


def test_later_keeps_it_and_the_page_can_be_used(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.type("For later")
    leave(writer)
    writer = sit_down()
    press(writer, "Later")
    writer.type("Something else")
    leave(writer)
    assert sorted(left_behind(tmp_path)) == ["For later", "Something else"]


def test_what_is_not_wanted_goes_after_a_question(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.type("Not wanted")
    leave(writer)
    writer = sit_down()
    press(writer, "Discard…")
    box = offer(writer).findChild(QMessageBox)
    button = next(button for button in box.buttons() if button.text().replace("&", "") == "Discard")
    writer.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    writer.settle()
    writer.wait_for(lambda: offer(writer) is None)
    assert left_behind(tmp_path) == []


def test_unsaved_text_on_the_page_is_asked_about_before_another_is_brought_back(
    sit_down: Sit, tmp_path: Path
) -> None:
    writer = sit_down()
    writer.type("First")
    leave(writer)
    writer = sit_down()
    writer.type("Second")
    press(writer, "Bring Back")
    assert writer.text == "Second"
    assert writer.inkling.window.findChild(QMessageBox).isVisible()
    leave(writer)
    assert sorted(left_behind(tmp_path)) == ["First", "Second"]


def test_a_damaged_journal_is_told_and_kept(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.type("Some words")
    leave(writer)
    (journal,) = (tmp_path / "state" / "journals").glob("*.journal")
    journal.write_bytes(b"nonsense")
    writer = sit_down()
    assert "cannot be read" in writer.said()
    assert offer(writer) is None
    (aside,) = (tmp_path / "state" / "journals").glob("*.broken")
    assert aside.read_bytes() == b"nonsense"


def test_a_program_that_was_closed_in_order_offers_nothing(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.inkling.window.close()
    writer.wait_for(lambda: not writer.inkling.window.isVisible())
    writer = sit_down()
    assert offer(writer) is None
    assert writer.said() == ""
