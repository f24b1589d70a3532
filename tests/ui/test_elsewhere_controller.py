from collections.abc import Iterator
from pathlib import Path

import pytest

from app.document.document import Document
from app.document.journal_records import About
from app.document.manuscript import Manuscript
from app.paths import Paths
from tests.ui.desk import Desk, sitting_down


@pytest.fixture
def desk(qtbot, tmp_path: Path) -> Iterator[Desk]:
    with sitting_down(qtbot, tmp_path) as desk:
        yield desk


def test_a_failed_save_keeps_the_text_and_the_window(desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    desk.type("x")
    path.unlink()
    path.mkdir()
    closed = []
    desk.files.when_safe(lambda: closed.append(True))
    desk.answer("Save")
    desk.answer("Overwrite")
    assert closed == []
    assert desk.window.isWindowModified()
    assert desk.notice("could not be saved").action is not None


def test_a_file_that_another_program_changed_is_not_overwritten_unasked(desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    desk.type("x")
    path.write_bytes(b"theirs")
    desk.save()
    desk.choose_text("Close")
    assert path.read_bytes() == b"theirs"
    assert desk.window.isWindowModified()
    desk.save()
    desk.choose_text("Keep Mine")
    assert path.read_bytes() == b"xold"
    assert not desk.window.isWindowModified()
    assert [text for text, _ in desk.versions(path)] == ["theirs", "xold"]
    desk.type("y")
    desk.save()
    assert path.read_bytes() == b"xyold"


def test_both_texts_can_be_kept(desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    desk.type("x")
    path.write_bytes(b"theirs")
    desk.save()
    desk.choose_text("Save As…")
    desk.choose(desk.folder / "mine.md")
    assert path.read_bytes() == b"theirs"
    assert (desk.folder / "mine.md").read_bytes() == b"xold"


def test_the_others_text_can_be_taken_and_undone(qtbot, desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    desk.type("x")
    path.write_bytes(b"theirs\r\n")
    qtbot.waitUntil(lambda: "changed by another program" in desk.said())
    assert desk.page.toPlainText() == "xold"
    desk.notice("changed by another program").action.run()
    desk.choose_text("Take the File’s")
    assert desk.page.toPlainText() == "theirs\n"
    assert not desk.window.isWindowModified()
    assert [text for text, _ in desk.versions(path)] == ["xold", "theirs\n"]
    desk.page.undo()
    assert desk.page.toPlainText() == "xold"
    assert desk.window.isWindowModified()
    desk.save()
    assert path.read_bytes() == b"xold"  # with the line ends of the file that was taken


def test_a_file_that_vanishes_while_it_is_open_is_told_once(qtbot, desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    path.unlink()
    qtbot.waitUntil(lambda: "moved or deleted" in desk.said())
    desk.window.activateWindow()
    qtbot.wait(600)
    assert desk.said().count("moved or deleted") == 1


def test_our_own_save_is_nobody_elses_change(qtbot, desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    for _ in range(3):
        desk.type("x")
        desk.save()
        qtbot.wait(400)
    assert desk.notices == []


def test_a_second_window_on_the_same_file_is_told(qtbot, desk: Desk, tmp_path: Path) -> None:
    path = desk.file("story.md", b"old")
    other = Document(Paths.under(tmp_path), About(path), Manuscript())
    other.record([])
    desk.open(path)
    assert "open in another window" in desk.said()
    other.end()


def test_a_vanished_file_is_written_again(desk: Desk) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    path.unlink()
    desk.save()
    assert path.read_bytes() == b"old"
