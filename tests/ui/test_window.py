import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMessageBox

from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.settings import FONT_SIZE, GHOST, THEME
from tests.ui.conftest import CTRL, KEY, Sit, model_folder
from ui.actions import COMMANDS


def test_the_models_and_the_word_count_stand_in_the_status_line(sit_down: Sit) -> None:
    writer = sit_down()
    writer.type("Three little words")

    def labels() -> str:
        return " ".join(w.text() for w in writer.inkling.status.findChildren(object) if hasattr(w, "text"))

    writer.wait_for(lambda: "3 words" in labels())
    assert "script" in labels()
    assert "AUTO" in labels()  # the scripted engine says what it was asked to run on


def test_every_shortcut_belongs_to_one_command(sit_down: Sit) -> None:
    writer = sit_down()
    taken: dict[str, str] = {}
    for name, action in writer.inkling.actions.items():
        for sequence in action.shortcuts():
            text = sequence.toString(QKeySequence.SequenceFormat.PortableText)
            assert text not in taken, f"{text} means both {name} and {taken[text]}"
            taken[text] = name
    assert (
        len(writer.inkling.actions) == len([c for c in COMMANDS if c.identifier]) - 1
    )  # recent is a submenu


def test_every_access_key_belongs_to_one_item_of_its_menu(sit_down: Sit) -> None:
    bar = sit_down().inkling.window.menuBar()
    for menu in (bar, *(action.menu() for action in bar.actions())):
        items = [action.text() for action in menu.actions() if not action.isSeparator()]
        keys = [text[text.index("&") + 1].casefold() for text in items]
        assert len(keys) > 1
        assert len(set(keys)) == len(keys), items


def test_zoom_by_wheel_and_keys_is_kept_in_the_settings_file(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.page.zoomed.emit(1)
    assert writer.page.font().pointSizeF() == FONT_SIZE.default + 0.5
    writer.inkling.actions["zoom_out"].trigger()
    writer.inkling.actions["zoom_out"].trigger()
    writer.settle()
    content = tomllib.loads((tmp_path / "config" / "settings.toml").read_text())
    assert content["page"]["font_size"] == FONT_SIZE.default - 0.5
    writer.inkling.actions["zoom_reset"].trigger()
    assert writer.page.font().pointSizeF() == FONT_SIZE.default
    assert not writer.page.document().isModified()


def test_the_theme_changes_at_once(sit_down: Sit) -> None:
    writer = sit_down()
    light = writer.page.palette().base().color()
    writer.inkling.settings.change(THEME, "dark")
    dark = writer.page.palette().base().color()
    writer.qtbot.wait(20)
    assert writer.page.viewport().grab().toImage().pixelColor(2, 2) == dark
    assert dark.lightness() < 80 < light.lightness()
    assert writer.page.palette().text().color().lightness() > 150
    writer.inkling.settings.change(THEME, "light")


def test_the_column_is_centred_and_as_wide_as_asked(sit_down: Sit) -> None:
    writer = sit_down()
    writer.inkling.window.resize(1400, 700)
    writer.qtbot.wait(20)
    viewport = writer.page.viewport().geometry()
    left, right = viewport.left(), writer.page.width() - viewport.right()
    assert abs(left - right) < 30
    characters = viewport.width() / writer.page.fontMetrics().averageCharWidth()
    assert 60 < characters < 76
    writer.inkling.window.resize(400, 500)
    writer.qtbot.wait(20)
    assert writer.page.viewport().width() > 300


def test_each_paragraph_runs_in_the_direction_of_its_script(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("left to right.\nمرحبا بالعالم.")
    x = [writer.page.cursorRect(writer.page.text_cursor_at(place)).x() for place in (0, 13, 14, 15, 28, 29)]
    assert x[0] < x[1] < x[2]
    assert x[3] > x[4] > x[5]  # the full stop stands on the left


def test_a_click_in_the_margin_places_the_caret_in_its_line(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("one\ntwo\nthree")
    y = writer.page.viewport().y() + writer.page.cursorRect(writer.page.text_cursor_at(5)).center().y()
    point = writer.page.rect().topLeft()
    point.setX(3)
    point.setY(y)
    writer.qtbot.mouseClick(writer.page, Qt.MouseButton.LeftButton, pos=point)
    assert writer.caret == 4


def test_a_broken_settings_file_is_set_aside_with_a_notice(sit_down: Sit, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text("this is [not toml")
    writer = sit_down(model=model_folder(tmp_path / "script"))
    assert "settings were damaged" in writer.said()
    assert (tmp_path / "config" / "settings.toml.broken").read_text() == "this is [not toml"
    assert writer.inkling.settings[FONT_SIZE] == FONT_SIZE.default


def test_a_folder_that_is_no_model_is_refused_with_the_reason(sit_down: Sit, tmp_path: Path) -> None:
    bad = model_folder(tmp_path / "bad")
    (bad / "model.safetensors").unlink()
    (bad / "pytorch_model.bin").write_bytes(b"pickled")
    writer = sit_down(model=bad, wait=False)
    writer.wait_for(lambda: "pickle" in writer.said().lower())


def test_a_masked_model_on_the_command_line_takes_the_masked_role(sit_down: Sit, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "finder", "BertForMaskedLM")
    writer = sit_down(model=folder, wait=False)
    writer.wait_for(lambda: writer.inkling.models.title("masked") == "finder")


def test_a_file_on_the_command_line_is_opened_and_a_missing_one_is_told(
    sit_down: Sit, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("Hello 世界")
    assert sit_down(file=tmp_path / "a.md").text == "Hello 世界"
    writer = sit_down(file=tmp_path / "gone.md")
    assert "gone.md" in writer.said()


def test_settings_that_cannot_be_saved_still_hold(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    (tmp_path / "config" / "settings.toml").unlink()
    (tmp_path / "config").rmdir()
    (tmp_path / "config").write_text("a file where the folder was")
    writer.inkling.settings.change(GHOST, False)
    assert writer.inkling.settings[GHOST] is False
    writer.settle()
    assert "settings could not be saved" in writer.said()


def test_closing_with_unsaved_text_asks_and_cancel_keeps_it(sit_down: Sit) -> None:
    writer = sit_down()
    writer.type("Unsaved")
    writer.inkling.window.close()
    writer.wait_for(lambda: writer.inkling.window.findChild(QMessageBox) is not None)
    box = writer.inkling.window.findChild(QMessageBox)
    cancel = next(b for b in box.buttons() if "Cancel" in b.text())
    writer.qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert writer.inkling.window.isVisible()
    assert writer.text == "Unsaved"


def test_closing_a_saved_text_closes(sit_down: Sit, tmp_path: Path) -> None:
    writer = sit_down()
    writer.inkling.window.close()
    writer.wait_for(lambda: not writer.inkling.window.isVisible())
    assert (tmp_path / "state" / "window.ini").exists()


def test_the_ghost_switch_of_the_menu_is_the_one_in_preferences(sit_down: Sit) -> None:
    writer = sit_down()
    writer.inkling.actions["ghost"].trigger()
    assert writer.inkling.settings[GHOST] is False
    writer.inkling.settings.change(GHOST, True)
    assert writer.inkling.actions["ghost"].isChecked()


def test_full_screen_goes_and_comes_back(sit_down: Sit) -> None:
    writer = sit_down()
    writer.inkling.actions["full_screen"].trigger()
    assert writer.inkling.window.isFullScreen()
    writer.inkling.actions["full_screen"].trigger()
    assert not writer.inkling.window.isFullScreen()


def test_recent_files_can_be_opened_from_the_menu(sit_down: Sit, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("First")
    (tmp_path / "b & c.md").write_text("Second")
    writer = sit_down()
    for name in ("a.md", "b & c.md"):
        writer.open(tmp_path / name)
    writer.inkling.recent_menu.aboutToShow.emit()
    entries = writer.inkling.recent_menu.actions()
    assert [Path(entry.text()).name for entry in entries] == ["b && c.md", "a.md"]  # no access keys
    entries[1].trigger()
    writer.settle()
    assert writer.text == "First"


def test_a_model_that_cannot_be_loaded_leaves_a_plain_editor(sit_down: Sit) -> None:
    failing = ScriptedEngine(load_error=InklingError("The model is too large.", "Choose a smaller one."))
    writer = sit_down(failing, wait=False)
    writer.wait_for(lambda: "too large" in writer.said())
    writer.type("Still an editor")
    assert writer.text == "Still an editor"
    assert not writer.inkling.models.is_ready("causal")


@pytest.mark.parametrize(
    "command",
    [
        "undo",
        "select_all",
        "find",
        "preferences",
        "about",
        "other_words",
        "needless_words",
        "flow",
        "stop",
    ],
)
def test_commands_of_the_menu_work_on_an_empty_page(sit_down: Sit, command: str) -> None:
    writer = sit_down()
    writer.inkling.actions[command].trigger()
    writer.press(KEY.Key_Escape)
    writer.press(KEY.Key_A, CTRL)
    assert writer.text == ""


def test_redo_has_both_of_its_keys(sit_down: Sit) -> None:
    writer = sit_down()
    keys = {
        s.toString(QKeySequence.SequenceFormat.PortableText)
        for s in writer.inkling.actions["redo"].shortcuts()
    }
    assert {"Ctrl+Shift+Z", "Ctrl+Y"} <= keys
