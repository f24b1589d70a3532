from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QListView

from app.engines.scripted import ScriptedEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.actions import COMMANDS
from ui.panels import command_palette
from ui.panels.command_match import match
from ui.panels.command_palette import CommandPalette

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down()


def open_palette(writer: Writer) -> CommandPalette:
    writer.press(KEY.Key_P, CTRL | SHIFT)
    palette = writer.inkling.help_tools.palette
    assert palette.isVisible()
    return palette


def query(palette: CommandPalette) -> QLineEdit:
    return palette.findChild(QLineEdit)


def titles(palette: CommandPalette) -> list[str]:
    return [entry.title for entry in palette.shown]


def words(action: QAction) -> str:
    return action.text().replace("&", "").removesuffix("…")


def test_it_lists_every_command_with_its_menu_and_shortcut(writer: Writer) -> None:
    listed = {entry.identifier: entry for entry in open_palette(writer).shown}
    actions = writer.inkling.actions
    for command in COMMANDS:
        if command.identifier not in actions or command.identifier == "palette":
            continue
        entry = listed[command.identifier]
        assert entry.title == words(actions[command.identifier])
        assert entry.group == command.menu.replace("&", "")
        assert entry.keys == actions[command.identifier].shortcut().toString()
    assert listed["ghost"].is_on is True
    assert listed["provenance"].is_on is False
    assert listed["find"].is_on is None


def test_letters_find_a_command_and_return_runs_it(writer: Writer) -> None:
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "who wr")
    assert titles(palette)[0] == "Show Who Wrote What"
    writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    assert not palette.isVisible()
    assert writer.inkling.actions["provenance"].isChecked()
    assert writer.page.hasFocus()
    palette = open_palette(writer)
    assert palette.current is not None
    assert (palette.current.title, palette.current.is_on) == ("Show Who Wrote What", True)


def test_letters_go_to_it_and_afterwards_to_the_page_again(writer: Writer) -> None:
    writer.type("One")
    palette = open_palette(writer)
    writer.qtbot.keyClicks(QApplication.focusWidget(), "zoom")
    assert writer.text == "One"
    assert query(palette).text() == "zoom"
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is writer.page
    writer.qtbot.keyClicks(QApplication.focusWidget(), " two")
    assert writer.text == "One two"


def test_its_own_key_closes_it_and_no_other_shortcut_reaches_the_window(writer: Writer) -> None:
    writer.type("One")
    palette = open_palette(writer)
    for key, modifier in ((KEY.Key_Z, CTRL), (KEY.Key_Return, CTRL), (KEY.Key_F11, Qt.KeyboardModifier(0))):
        if key != KEY.Key_Return:
            writer.qtbot.keyClick(query(palette), key, modifier)
    assert writer.text == "One"
    assert not writer.inkling.window.isFullScreen()
    writer.qtbot.keyClick(query(palette), KEY.Key_P, CTRL | SHIFT)
    assert not palette.isVisible()
    assert writer.page.hasFocus()


def test_the_focus_goes_back_to_where_it_was(writer: Writer) -> None:
    writer.press(KEY.Key_F, CTRL)
    field = QApplication.focusWidget()
    assert field is not writer.page
    writer.qtbot.keyClick(field, KEY.Key_P, CTRL | SHIFT)
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert QApplication.focusWidget() is field
    assert writer.inkling.find_bar.isVisible()


def test_keys_move_through_the_list_while_the_writer_types(writer: Writer) -> None:
    palette = open_palette(writer)
    field, usable = query(palette), [entry for entry in palette.shown if entry.is_enabled]
    assert palette.current == usable[0]
    for key, place in (
        (KEY.Key_Down, 1),
        (KEY.Key_Tab, 2),
        (KEY.Key_Up, 1),
        (KEY.Key_PageDown, 1 + command_palette.ROWS - 1),
        (KEY.Key_PageUp, 1),
        (KEY.Key_PageUp, 0),
        (KEY.Key_Up, len(usable) - 1),
        (KEY.Key_PageDown, len(usable) - 1),
        (KEY.Key_Down, 0),
    ):
        writer.qtbot.keyClick(field, key)
        assert palette.current == usable[place], key
    writer.qtbot.keyClicks(field, "z")
    assert palette.current == palette.shown[0]


def test_what_cannot_be_done_now_is_listed_and_not_run(writer: Writer) -> None:
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "next mark")
    assert titles(palette) == ["Next Mark"]
    assert not palette.shown[0].is_enabled
    assert palette.current is None
    writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    rows = palette.findChild(QListView)
    place = rows.visualRect(rows.model().index(0, 0)).center()
    writer.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert palette.isVisible()
    assert "not available now" in rows.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_click_runs_a_command(writer: Writer) -> None:
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "find next")
    writer.qtbot.keyClick(query(palette), KEY.Key_A, CTRL)
    writer.qtbot.keyClicks(query(palette), "find")
    rows = palette.findChild(QListView)
    place = rows.visualRect(rows.model().index(titles(palette).index("Find"), 0)).center()
    writer.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert writer.inkling.find_bar.isVisible()
    assert not palette.isVisible()


def test_a_command_that_works_on_the_page_finds_the_page_focused(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" and", " on"]))
    writer.type("On")
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "continue")
    assert palette.current is not None
    assert palette.current.identifier == "continue"
    writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    writer.wait_for_stream()
    assert writer.text == "On and on"
    assert writer.page.hasFocus()


def test_what_was_run_lately_comes_first_in_the_next_window_too(sit_down: Sit) -> None:
    writer = sit_down()
    for name in ("usual size", "zoom in"):
        palette = open_palette(writer)
        writer.qtbot.keyClicks(query(palette), name)
        writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    assert titles(open_palette(writer))[:2] == ["Zoom In", "Usual Size"]
    writer.inkling.store.sync()
    assert titles(open_palette(sit_down()))[:2] == ["Zoom In", "Usual Size"]


def test_sections_of_preferences_and_recent_files_can_be_found(writer: Writer, tmp_path: Path) -> None:
    for name in ("Ferryman.md", "b.md"):
        (tmp_path / name).write_text(name)
        writer.open(tmp_path / name)
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "ferry")
    assert titles(palette)[0] == "Ferryman.md"
    writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    writer.settle()
    assert writer.text == "Ferryman.md"
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "preferences ghost")
    assert (palette.shown[0].title, palette.shown[0].group) == ("Ghost text", "Preferences")
    writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    assert writer.inkling.preferences.isVisible()
    writer.inkling.preferences.close()


def test_nothing_found_is_said_and_the_number_of_matches_is_announced(writer: Writer, monkeypatch) -> None:
    said: list[tuple[str, object]] = []
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        lambda event: (
            said.append((event.message(), event.politeness())) if hasattr(event, "message") else None
        ),
    )
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "flow")
    polite = QAccessible.AnnouncementPoliteness.Polite
    count = len(palette.shown)
    expected = "1 match" if count == 1 else f"{count} matches"
    writer.wait_for(lambda: (expected, polite) in said)
    writer.qtbot.keyClicks(query(palette), " qqq")
    assert palette.shown == []
    assert not palette.findChild(QListView).isVisible()
    writer.wait_for(lambda: ("0 matches", polite) in said)
    writer.qtbot.keyClick(query(palette), KEY.Key_Return)
    writer.qtbot.keyClick(query(palette), KEY.Key_Down)
    assert palette.isVisible()


def test_a_click_on_the_page_closes_it(writer: Writer) -> None:
    palette = open_palette(writer)
    writer.page.setFocus()
    assert not palette.isVisible()
    assert writer.page.hasFocus()


@pytest.mark.parametrize(("width", "height"), [(360, 280), (1000, 700), (2400, 1200)])
def test_it_keeps_within_the_page(writer: Writer, width: int, height: int) -> None:
    writer.inkling.window.resize(width, height)
    palette = open_palette(writer)
    writer.qtbot.wait(20)
    window = writer.inkling.window
    assert abs(palette.geometry().center().x() - window.rect().center().x()) <= 1
    assert window.rect().contains(palette.geometry())
    assert palette.geometry().top() >= window.menuBar().height()
    assert palette.geometry().bottom() <= window.height() - writer.inkling.status.height()
    writer.inkling.window.resize(600, 400)
    writer.wait_for(lambda: window.rect().contains(palette.geometry()))


def test_it_has_names(writer: Writer) -> None:
    palette = open_palette(writer)
    assert palette.accessibleName()
    assert query(palette).accessibleName()
    assert palette.findChild(QListView).accessibleName()
    index = palette.findChild(QListView).model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "New, File, Ctrl+N"


def test_letters_find_only_what_a_writer_may_mean(writer: Writer) -> None:
    palette = open_palette(writer)
    writer.qtbot.keyClicks(query(palette), "take")
    assert titles(palette) == ["Takes", "Next Take", "Previous Take", "How Much Was Taken"]


def test_every_word_must_be_in_it_in_one_piece_or_by_beginnings() -> None:
    assert match("", "Anything") == 0
    assert match("find x", "Find Next") is not None
    assert match("xyz", "Find Next") is None
    assert match("next find", "Find Next") is not None
    assert match("find q", "Find Next") is None
    assert match("take", "Next Mark Write") is None
    assert match("fusc", "Full Screen") is not None
    assert match("ned", "New Edit") is not None  # not the e of the first word
    assert match("fnnx", "Find Next") is None
    assert match("fn", "…Find (Next)") is not None
    texts = ["Check the Flow", "Find Previous", "Full Screen", "Usual Size"]
    for typed, best in (
        ("fs", "Full Screen"),
        ("flow", "Check the Flow"),
        ("FP", "Find Previous"),
        ("si", "Usual Size"),
    ):
        scores = {text: match(typed, text) for text in texts}
        assert max(texts, key=lambda text: scores[text] or 0) == best, scores
