from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from tests.ui.desk import Desk, sitting_down
from ui.editor.plain_text import text_of
from ui.recent_files import RecentFiles


@pytest.fixture
def desk(qtbot, tmp_path: Path) -> Iterator[Desk]:
    with sitting_down(qtbot, tmp_path) as desk:
        yield desk


def test_open_shows_the_text_and_names_the_window(qtbot, desk: Desk) -> None:
    path = desk.file("story.md", "Once upon a time 🙂.\n".encode())
    with qtbot.waitSignals([desk.files.about_to_replace_text, desk.files.document_changed], order="strict"):
        desk.open(path)
    assert desk.page.toPlainText() == "Once upon a time 🙂.\n"
    assert desk.window.windowTitle() == "story.md[*]"
    assert desk.window.windowFilePath() == str(path)
    assert not desk.window.isWindowModified()
    assert not desk.page.document().isUndoAvailable()
    assert desk.recent.paths() == [path]


def test_the_old_text_is_still_there_when_its_end_is_announced(desk: Desk) -> None:
    desk.open(desk.file("old.md", b"old"))
    seen = []
    desk.files.about_to_replace_text.connect(lambda: seen.append(desk.page.toPlainText()))
    desk.open(desk.file("new.md", b"new"))
    assert seen == ["old"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa\r\nb\r\n",
        "a\u00a0b c\u2028d\n\tTab\x0c".encode(),
        "\ufeffзима\r\n🙂".encode("utf-16-le"),
        b"",
    ],
    ids=["bom and crlf", "odd spaces", "utf-16", "empty"],
)
def test_opening_and_saving_leaves_the_bytes_as_they_were(desk: Desk, content: bytes) -> None:
    path = desk.file("story.md", content)
    desk.open(path)
    desk.type("x")
    desk.page.undo()
    desk.save()
    assert path.read_bytes() == content


def test_save_writes_the_text_and_undo_leads_back_to_clean(desk: Desk) -> None:
    path = desk.file("story.md", b"b")
    desk.open(path)
    desk.type("a")
    assert desk.window.isWindowModified()
    desk.save()
    assert path.read_bytes() == b"ab"
    assert not desk.window.isWindowModified()
    desk.type("c")
    assert desk.window.isWindowModified()
    desk.page.undo()
    assert not desk.window.isWindowModified()


def test_a_new_text_asks_for_its_file(desk: Desk) -> None:
    desk.type("Hello")
    desk.save()
    desk.choose(desk.folder / "hello")
    assert (desk.folder / "hello.md").read_bytes() == b"Hello"
    assert desk.window.windowTitle() == "hello.md[*]"
    assert desk.recent.paths() == [desk.folder / "hello.md"]


def test_open_by_dialog(desk: Desk) -> None:
    path = desk.file("story.md", b"text")
    desk.files.choose_and_open()
    desk.choose(path)
    assert desk.page.toPlainText() == "text"


@pytest.mark.parametrize(("answer", "content", "goes_on"), [
    ("Save", b"xold", True), ("Discard", b"old", True), ("Cancel", b"old", False),
])  # fmt: skip
def test_unsaved_changes_are_asked_about(desk: Desk, answer: str, content: bytes, goes_on: bool) -> None:
    path = desk.file("story.md", b"old")
    desk.open(path)
    desk.type("x")
    closed = []
    desk.files.when_safe(lambda: closed.append(True))
    assert closed == []
    desk.answer(answer)
    assert path.read_bytes() == content
    assert bool(closed) == goes_on
    assert desk.page.toPlainText() == "xold"


def test_escape_means_cancel(qtbot, desk: Desk) -> None:
    desk.type("x")
    closed = []
    desk.files.when_safe(lambda: closed.append(True))
    qtbot.keyClick(desk.question(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desk.window.findChild(QMessageBox) is None)
    assert closed == []


def test_closing_an_unnamed_text_asks_for_a_file_and_then_goes_on(desk: Desk) -> None:
    desk.type("x")
    closed = []
    desk.files.when_safe(lambda: closed.append(True))
    desk.answer("Save")
    assert closed == []
    desk.choose(desk.folder / "x.md")
    assert closed == [True]


def test_what_is_typed_while_saving_stays_unsaved(desk: Desk) -> None:
    path = desk.file("story.md", b"")
    desk.open(path)
    desk.type("a")
    desk.files.save()
    desk.type("b")
    desk.settle()
    assert path.read_bytes() == b"a"
    assert desk.window.isWindowModified()


def test_closing_while_saving_waits_for_it(desk: Desk) -> None:
    path = desk.file("story.md", b"")
    desk.open(path)
    desk.type("a")
    desk.files.save()
    closed = []
    desk.files.when_safe(lambda: closed.append(path.read_bytes()))
    assert closed == []
    desk.settle()
    assert closed == [b"a"]


def test_a_text_that_its_encoding_cannot_hold_is_saved_in_another(desk: Desk) -> None:
    path = desk.file("story.txt", "Ein schönes Café.".encode("cp1252"))
    desk.open(path)
    desk.page.insertPlainText("雪")
    desk.save()
    assert path.read_bytes() == "Ein schönes Café.".encode("cp1252")
    assert desk.notices[-1].action.label == "Save in UTF-8"
    desk.notices[-1].action.run()
    desk.settle()
    assert path.read_text("utf-8") == "雪Ein schönes Café."
    assert not desk.window.isWindowModified()


def test_mixed_line_ends_are_told(desk: Desk) -> None:
    desk.open(desk.file("story.md", b"a\r\nb\r\nc\n"))
    assert "end in different ways" in desk.said()


def test_a_vanished_folder_offers_save_as(desk: Desk) -> None:
    (desk.folder / "book").mkdir()
    path = desk.file("book/story.md", b"old")
    desk.open(path)
    desk.type("x")
    path.unlink()
    path.parent.rmdir()
    desk.save()
    assert desk.window.isWindowModified()
    desk.notice("not there any more").action.run()
    desk.choose(desk.folder / "saved.md")
    assert (desk.folder / "saved.md").read_bytes() == b"xold"


def test_what_cannot_be_opened_leaves_the_page_alone(qtbot, desk: Desk) -> None:
    desk.open(desk.file("story.md", b"mine"))
    with qtbot.assertNotEmitted(desk.files.about_to_replace_text):
        desk.open(desk.file("picture.png", b"\x89PNG\0"))
    assert desk.page.toPlainText() == "mine"
    assert "not a text file" in desk.notices[-1].text
    assert desk.window.windowTitle() == "story.md[*]"


def test_a_recent_file_that_vanished_is_forgotten_with_a_notice(desk: Desk) -> None:
    path = desk.file("gone.md", b"x")
    desk.open(path)
    desk.files.new()
    path.unlink()
    desk.open(path)
    assert "not there any more" in desk.notices[-1].text
    assert desk.recent.paths() == []


def test_new_empties_the_page(desk: Desk) -> None:
    desk.open(desk.file("story.md", b"mine\r\n"))
    desk.files.new()
    assert desk.page.toPlainText() == ""
    assert desk.window.windowTitle() == "Untitled[*]"
    assert desk.files.document.path is None


def test_recent_files_are_ten_and_survive(tmp_path: Path, qapp: QApplication) -> None:
    store = tmp_path / "window.ini"
    recent = RecentFiles(store)
    recent.add(tmp_path / "only, with comma.md")
    assert RecentFiles(store).paths() == [tmp_path / "only, with comma.md"]
    for number in range(12):
        recent.add(tmp_path / f"{number}.md")
    recent.add(tmp_path / "5.md")
    again = RecentFiles(store).paths()
    assert [path.stem for path in again] == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]


def drop(event: type, desk: Desk, content: QMimeData) -> bool:
    viewport = desk.page.viewport()
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    place = QPoint(5, 5) if event is QDragEnterEvent else QPointF(5, 5)
    dropped = event(place, action, content, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, dropped)
    return dropped.isAccepted()


def test_a_file_dropped_on_the_page_is_opened(desk: Desk) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(desk.file("story.md", b"dropped")))])
    assert drop(QDragEnterEvent, desk, content)
    drop(QDropEvent, desk, content)
    desk.settle()
    assert text_of(desk.page.document()) == "dropped"


def test_text_dropped_on_the_page_stays_text(desk: Desk) -> None:
    content = QMimeData()
    content.setText("just words")
    drop(QDragEnterEvent, desk, content)
    drop(QDropEvent, desk, content)
    assert text_of(desk.page.document()) == "just words"
    assert desk.files.document.path is None
