import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.ui.test_comparison_view import cell_text, formats, labels
from ui.dialogs.changed_elsewhere import ChangedElsewhereWindow
from ui.dialogs.comparing_dialog import USUAL_SIZE

PAGE, FILE = "The river had risen.\n\nShe sang.", "The river had fallen.\n\nShe sang."


@pytest.fixture
def window(qtbot, surroundings) -> ChangedElsewhereWindow:
    window = opened(qtbot, surroundings)
    qtbot.waitUntil(lambda: "1 difference" in labels(window))
    return window


def opened(qtbot, surroundings) -> ChangedElsewhereWindow:
    window = ChangedElsewhereWindow("story.md", PAGE, FILE, surroundings)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.answers = []
    for name in ("keep_mine", "take_theirs", "save_as"):
        getattr(window, name).connect(lambda name=name: window.answers.append(name))
    window.show()
    qtbot.waitExposed(window)
    return window


def test_both_texts_are_shown_and_neither_is_struck_out(window) -> None:
    assert {"On this page", "In the file"} <= set(labels(window))
    assert (cell_text(window, 0, 0), cell_text(window, 0, 1)) == (PAGE.split("\n")[0], FILE.split("\n")[0])
    for column, word in enumerate(("risen", "fallen")):
        assert formats(window, 0, column)[word].fontUnderline()
        assert not formats(window, 0, column)[word].fontStrikeOut()


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("Keep Mine", "keep_mine"),
        ("Take the File’s", "take_theirs"),
        ("Save As…", "save_as"),
        ("Close", None),
    ],
)
def test_every_button_answers_and_closes(window, button: str, answer: str | None) -> None:
    found = next(b for b in window.findChildren(QPushButton) if b.text().replace("&", "") == button)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    assert window.answers == ([answer] if answer else [])
    assert not window.isVisible()


def test_return_keeps_mine_and_escape_decides_nothing(qtbot, surroundings, window) -> None:
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert not window.answers
    again = opened(qtbot, surroundings)
    QTest.keyClick(again, Qt.Key.Key_Return)
    assert again.answers == ["keep_mine"]


def test_other_texts_can_be_shown_later(qtbot, window) -> None:
    window.show_texts(PAGE, PAGE)
    qtbot.waitUntil(lambda: "Both are the same." in labels(window))


def test_it_does_not_keep_the_writer_from_writing_and_remembers_its_size(qtbot, surroundings, window) -> None:
    assert not window.isModal()
    size = QSize(620, 430)
    assert window.size() != size
    window.resize(size)
    window.close()
    assert opened(qtbot, surroundings).size() == size
    assert size != USUAL_SIZE
