import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QTreeWidget

from tests.ui.conftest import KEY, Sit, Writer
from ui.dialogs.shortcuts import FIRST_RARE_KEY, Shortcuts
from ui.page_keys import KEYS_ON_THE_PAGE, key_name

NATIVE = QKeySequence.SequenceFormat.NativeText


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down()


def open_by_key(writer: Writer) -> Shortcuts:
    writer.press(KEY.Key_F1)
    shortcuts = writer.inkling.help_tools.shortcuts
    assert shortcuts.isVisible()
    return shortcuts


def test_every_shortcut_of_a_command_is_listed_in_its_menus_group(writer: Writer) -> None:
    rows = open_by_key(writer).rows()
    for action in writer.inkling.actions.values():
        words = action.text().replace("&", "").removesuffix("…")
        for keys in action.shortcuts():
            if keys[0].key() < FIRST_RARE_KEY:
                assert any(keys.toString(NATIVE) in row[1].split("   ") and row[2] == words for row in rows)
    assert ("Help", "F1", "Keyboard Shortcuts") in rows
    assert ("Write", "F7", "Check the Flow") in rows


def test_the_keys_of_places_are_listed_too(writer: Writer) -> None:
    rows = open_by_key(writer).rows()
    for entry in KEYS_ON_THE_PAGE:
        assert (entry.place, "   ".join(map(key_name, entry.keys)), entry.text) in rows
    assert ("Ghost text", "Tab   click", "Take all of it") in rows
    assert ("Marks", "Ctrl+click", "Take a marked word out") in rows


def test_no_key_of_a_place_is_hidden_by_a_command(writer: Writer) -> None:
    """Esc stops what runs, and only while something does."""
    taken = {keys.toString() for action in writer.inkling.actions.values() for keys in action.shortcuts()}
    assert {key for entry in KEYS_ON_THE_PAGE for key in entry.keys} & taken <= {"Esc"}


def test_each_key_of_a_place_is_one_that_qt_knows() -> None:
    for entry in KEYS_ON_THE_PAGE:
        for key in entry.keys:
            assert key_name(key)
            assert key_name(key) == key  # on this platform
        assert len({(other.place, key) for other in KEYS_ON_THE_PAGE for key in other.keys}) == sum(
            len(other.keys) for other in KEYS_ON_THE_PAGE
        )


def test_words_find_a_key_and_a_key_finds_what_it_does(writer: Writer) -> None:
    shortcuts = open_by_key(writer)
    field = shortcuts.findChild(QLineEdit)
    writer.qtbot.keyClicks(field, "ghost word")
    assert shortcuts.rows() == [("Ghost text", "Ctrl+Right", "Take a word")]
    field.clear()
    writer.qtbot.keyClicks(field, "shift+f6")
    assert [row[2] for row in shortcuts.rows()] == ["Previous Part of the Window"]
    writer.qtbot.keyClicks(field, "nonsense")
    assert shortcuts.rows() == []
    assert not shortcuts.findChild(QTreeWidget).isVisible()
    writer.qtbot.keyClick(field, KEY.Key_Escape)
    assert not shortcuts.isVisible()
    assert len(open_by_key(writer).rows()) > 40
    assert field.text() == ""


def test_it_can_be_read_by_keyboard_and_by_ear(writer: Writer) -> None:
    shortcuts = open_by_key(writer)
    tree = shortcuts.findChild(QTreeWidget)
    assert tree.accessibleName()
    assert shortcuts.findChild(QLineEdit).accessibleName()
    assert tree.topLevelItem(0).child(0).data(1, Qt.ItemDataRole.AccessibleTextRole) == "New: Ctrl+N"
    writer.wait_for(shortcuts.findChild(QLineEdit).hasFocus)
    writer.qtbot.keyClick(shortcuts.findChild(QLineEdit), KEY.Key_Tab)
    assert tree.hasFocus()
    writer.qtbot.keyClick(tree, KEY.Key_Tab)
    assert not tree.hasFocus()
