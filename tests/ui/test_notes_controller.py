"""The notes of a document on their way to the disk and back, at the real window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QListWidget, QMessageBox, QPushButton

from app.document.history import History
from app.document.notes import Notes
from app.paths import Paths
from app.settings import GHOST
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.test_notes_panel import NOTES, kept, note, notes_panel, open_notes, write
from tests.ui.test_recovery import leave, offer, press
from ui.controllers.notes_controller import LONGEST_MS


def open_story(sit_down: Sit, story: Path) -> Writer:
    writer = sit_down(file=story)
    writer.wait_for(lambda: writer.text)
    return writer


def test_notes_are_kept_with_the_file_and_shown_with_it(sit_down: Sit, tmp_path: Path) -> None:
    story, other = tmp_path / "story.md", tmp_path / "other.md"
    story.write_text("Once.")
    other.write_text("Twice.")
    writer = open_story(sit_down, story)
    note(writer, NOTES)
    writer.open(other)
    assert kept(writer) == notes_panel(writer).notes == Notes()
    writer.open(story)
    assert kept(writer) == notes_panel(writer).notes == NOTES
    writer.inkling.actions["new"].trigger()
    writer.settle()
    assert kept(writer) == notes_panel(writer).notes == Notes()


def test_notes_on_an_unsaved_text_are_asked_about_and_go_with_the_file(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    assert not writer.inkling.window.isWindowModified()
    note(writer, NOTES)
    assert writer.inkling.window.isWindowModified()
    writer.inkling.files._write_to(tmp_path / "new.md", None)
    writer.settle()
    assert not writer.inkling.window.isWindowModified()
    writer.inkling.actions["new"].trigger()
    writer.settle()
    assert kept(writer) == Notes()
    writer.open(tmp_path / "new.md")
    assert kept(writer) == NOTES


def test_notes_on_a_text_without_a_file_come_back_with_it(sit_down: Sit) -> None:
    writer = sit_down()
    writer.type("Once.")
    note(writer, NOTES)
    leave(writer)
    writer = sit_down()
    writer.wait_for(lambda: offer(writer))
    assert "With notes" in offer(writer).findChild(QListWidget).item(0).text()
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert writer.text == "Once."
    assert kept(writer) == notes_panel(writer).notes == NOTES
    leave(writer)  # and once more
    writer = sit_down()
    writer.wait_for(lambda: offer(writer))
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert kept(writer) == NOTES


def test_notes_alone_come_back_too(sit_down: Sit) -> None:
    writer = sit_down()
    note(writer, NOTES)
    leave(writer)
    writer = sit_down()
    writer.wait_for(lambda: offer(writer))
    press(writer, "Bring Back")
    writer.wait_for(lambda: offer(writer) is None)
    assert kept(writer) == NOTES
    assert writer.inkling.window.isWindowModified()


def test_notes_that_are_damaged_are_told_of(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    note(writer, NOTES)
    writer.inkling.documents.notes.flush()
    writer.settle()
    (file,) = tmp_path.rglob("notes.json")
    file.write_text("{}")
    writer.open(story)
    assert "The notes on “story.md” cannot be read." in writer.said()
    assert kept(writer) == Notes()
    assert file.with_name("notes.json.broken").exists()


def test_a_disk_that_takes_no_notes_is_told_of_once(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    history = writer.inkling.documents.files.document._paths.history
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_text("in the way")
    for memory in ("One.", "Two."):
        note(writer, Notes(memory=memory))
        writer.inkling.documents.notes.flush()
        writer.settle()
    assert writer.said().count("The notes cannot be kept") == 1


def test_a_change_is_on_the_disk_within_two_seconds(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    assert LONGEST_MS <= 1000
    open_notes(writer)
    write(writer, "It is 1890.")
    writer.wait_for(lambda: list(tmp_path.rglob("notes.json")))
    writer.settle()
    assert History(Paths.under(tmp_path).history, story).notes()[0] == Notes("It is 1890.")


def test_saving_under_another_name_takes_the_notes_along(sit_down: Sit, tmp_path: Path) -> None:
    story, other = tmp_path / "story.md", tmp_path / "other.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    note(writer, NOTES)
    writer.inkling.files._write_to(other, None)
    writer.settle()
    note(writer, Notes("Another."))
    writer.save()
    writer.open(story)
    assert kept(writer) == NOTES
    writer.open(other)
    assert kept(writer) == Notes("Another.")


def test_undoing_the_text_makes_notes_without_a_file_no_safer(sit_down: Sit) -> None:
    writer = sit_down()
    writer.inkling.settings.change(GHOST, False)
    writer.type("Once")
    note(writer, NOTES)
    while writer.text:
        writer.press(KEY.Key_Z, CTRL)
    assert writer.inkling.window.isWindowModified()
    writer.inkling.window.close()
    writer.wait_for(lambda: writer.inkling.window.findChild(QMessageBox))
    writer.qtbot.keyClick(writer.inkling.window.findChild(QMessageBox), KEY.Key_Escape)
    note(writer, Notes())
    assert not writer.inkling.window.isWindowModified()


def test_closing_the_window_right_after_a_change_keeps_it(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    open_notes(writer)
    write(writer, "It is 1890.")
    writer.inkling.window.close()
    writer.wait_for(lambda: not writer.inkling.window.isVisible())
    assert History(Paths.under(tmp_path).history, story).notes()[0] == Notes("It is 1890.")


class Viewer(QObject):
    """Takes what would be opened in another program."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Path] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.seen.append(Path(url.toLocalFile()))


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    viewer = Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "show")
    yield viewer
    QDesktopServices.unsetUrlHandler("file")


def test_notes_of_a_file_that_is_saved_over_are_not_lost(
    sit_down: Sit, tmp_path: Path, viewer: Viewer
) -> None:
    story, other = tmp_path / "story.md", tmp_path / "other.md"
    story.write_text("Once.")
    other.write_text("Twice.")
    writer = open_story(sit_down, other)
    note(writer, NOTES)
    writer.open(story)
    note(writer, Notes("Mine."))
    writer.inkling.files._write_to(other, None)
    writer.settle()
    assert kept(writer) == Notes("Mine.")
    notice = writer.inkling.notice_bar.notice
    assert notice.text == "Other notes were kept on “other.md”. Yours have taken their place."
    bar = writer.inkling.notice_bar.findChildren(QPushButton)
    writer.qtbot.mouseClick(next(b for b in bar if b.text() == "Show Them"), Qt.MouseButton.LeftButton)
    assert str(viewer.seen[0]) in notice.hint
    assert "It is 1890." in viewer.seen[0].read_text(encoding="utf-8")


def test_of_two_windows_with_one_file_neither_loses_its_notes(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    first, second = open_story(sit_down, story), open_story(sit_down, story)
    for writer, memory in ((first, "One."), (second, "Two.")):
        note(writer, Notes(memory))
        writer.inkling.documents.notes.flush()
        writer.settle()
    assert "Other notes were kept" not in first.said()
    assert "Other notes were kept on “story.md”. Yours have taken their place." in second.said()
    (aside,) = tmp_path.rglob("replaced-notes-1.txt")
    assert "One." in aside.read_text(encoding="utf-8")


def test_a_disk_that_takes_notes_again_gets_them_unasked(sit_down: Sit, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")
    writer = open_story(sit_down, story)
    history = Paths.under(tmp_path).history
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_text("in the way")
    note(writer, NOTES)
    writer.wait_for(lambda: "The notes cannot be kept" in writer.said())
    history.unlink()
    writer.wait_for(lambda: History(history, story).notes()[0] == NOTES)
