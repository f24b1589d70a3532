from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.file_watch import FileWatch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "book" / "story.md"
    path.parent.mkdir()
    path.write_text("old")
    return path


@pytest.fixture
def watch(qtbot, path: Path) -> FileWatch:
    window = QWidget()
    qtbot.addWidget(window)
    watch = FileWatch(window)
    watch.window = window
    watch.follow(path)
    return watch


def test_every_kind_of_change_is_told(qtbot, watch: FileWatch, path: Path) -> None:
    with qtbot.waitSignal(watch.touched):
        path.write_text("new")
    for text in ("newer", "newest"):  # a file that was replaced is watched on
        with qtbot.waitSignal(watch.touched):
            (path.parent / "beside").write_text(text)
            (path.parent / "beside").replace(path)
    with qtbot.waitSignal(watch.touched):
        path.write_text("in place")
    with qtbot.waitSignal(watch.touched):
        path.unlink()
    with qtbot.waitSignal(watch.touched):
        path.write_text("again")


def test_coming_back_to_the_window_is_a_reason_to_look(qtbot, watch: FileWatch) -> None:
    with qtbot.waitSignal(watch.touched):
        QApplication.sendEvent(watch.window, QEvent(QEvent.Type.WindowActivate))


def test_a_text_without_a_file_is_not_looked_at(qtbot, watch: FileWatch, path: Path) -> None:
    watch.follow(None)
    with qtbot.assertNotEmitted(watch.touched, wait=600):
        path.write_text("new")
        QApplication.sendEvent(watch.window, QEvent(QEvent.Type.WindowActivate))
