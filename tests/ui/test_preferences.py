from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
)

from app.settings import (
    CAUSAL_MODEL,
    FONT_FAMILY,
    GHOST,
    GHOST_OFTEN,
    SECTIONS,
    SETTINGS,
    TEMPERATURE,
    THEME,
    TOP_K,
    Kind,
    Settings,
)
from ui.dialogs.preferences import Preferences
from ui.fonts import register_fonts


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def dialog(qtbot, settings: Settings) -> Preferences:
    register_fonts()
    widget = Preferences(settings)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def target(dialog: Preferences, setting) -> object:
    return dialog._editors[setting.key].focus_target


def test_every_setting_can_be_edited_and_tells_a_screen_reader_what_it_is(dialog: Preferences) -> None:
    for setting in SETTINGS:
        widget = target(dialog, setting)
        assert widget.accessibleName() == setting.title
        assert widget.accessibleDescription().endswith(setting.help)
    buddies = [label.buddy() for label in dialog.findChildren(QLabel) if label.buddy()]
    switches = [s for s in SETTINGS if isinstance(target(dialog, s), QCheckBox)]
    assert len(buddies) + len(switches) == len(SETTINGS)


def test_editors_start_with_the_values_and_follow_them(dialog: Preferences, settings: Settings) -> None:
    assert target(dialog, TEMPERATURE).value() == pytest.approx(0.8)
    settings.change(TEMPERATURE, 1.25)
    settings.change(THEME, "dark")
    settings.change(GHOST, False)
    assert target(dialog, TEMPERATURE).value() == pytest.approx(1.25)
    assert target(dialog, THEME).currentText() == "Dark"
    assert not target(dialog, GHOST).isChecked()


def test_changes_hold_at_once(qtbot, dialog: Preferences, settings: Settings) -> None:
    dialog.show_section("continue")
    top_k = target(dialog, TOP_K)
    assert isinstance(top_k, QSpinBox)
    top_k.setFocus()
    top_k.selectAll()
    qtbot.keyClicks(top_k, "7")
    qtbot.keyClick(top_k, Qt.Key.Key_Return)
    assert settings[TOP_K] == 7
    dialog.show_section("ghost")
    box = target(dialog, GHOST)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert settings[GHOST] is False
    theme = target(dialog, THEME)
    assert isinstance(theme, QComboBox)
    dialog.show_section("page")
    qtbot.keyClick(theme, Qt.Key.Key_Down)
    assert settings[THEME] == "light"


def test_numbers_keep_their_bounds_and_steps(dialog: Preferences) -> None:
    box = target(dialog, TEMPERATURE)
    assert isinstance(box, QDoubleSpinBox)
    assert (box.minimum(), box.maximum(), box.singleStep(), box.decimals()) == (0.0, 2.0, 0.05, 2)


def test_return_in_a_field_does_not_restore_the_defaults(qtbot, dialog: Preferences, settings) -> None:
    settings.change(TOP_K, 9)
    dialog.show_section("continue")
    qtbot.keyClick(target(dialog, TOP_K), Qt.Key.Key_Return)
    assert settings[TOP_K] == 9


def test_defaults_come_back_for_one_page_only(qtbot, dialog: Preferences, settings: Settings) -> None:
    settings.change(TOP_K, 9)
    settings.change(THEME, "dark")
    dialog.show_section("continue")
    page = dialog._pages.currentWidget()
    qtbot.mouseClick(page.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert settings[TOP_K] == TOP_K.default
    assert settings[THEME] == "dark"
    assert target(dialog, TOP_K).value() == TOP_K.default


def test_the_bundled_typeface_is_the_first_choice(dialog: Preferences, settings: Settings) -> None:
    box = target(dialog, FONT_FAMILY)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Literata (comes with Inkling)"
    box.setCurrentIndex(1)
    assert settings[FONT_FAMILY] == box.itemText(1)
    box.setCurrentIndex(0)
    assert settings[FONT_FAMILY] == ""
    settings.change(FONT_FAMILY, "A Typeface of Another Machine")
    assert box.currentText() == "A Typeface of Another Machine"


def test_a_folder_is_typed_or_looked_for(qtbot, tmp_path: Path, dialog: Preferences, settings) -> None:
    dialog.show_section("models")
    line = target(dialog, CAUSAL_MODEL)
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, " /models/x ")
    assert settings[CAUSAL_MODEL] == ""
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert settings[CAUSAL_MODEL] == "/models/x"
    editor = dialog._editors[CAUSAL_MODEL.key]
    qtbot.mouseClick(editor.findChild(QPushButton), Qt.MouseButton.LeftButton)
    chooser = editor.findChild(QFileDialog)
    chooser.findChild(QLineEdit).setText(str(tmp_path))
    chooser.accept()
    assert settings[CAUSAL_MODEL] == str(tmp_path)


def test_scrolling_past_a_number_does_not_change_it(dialog: Preferences, settings: Settings) -> None:
    dialog.show_section("continue")
    box = target(dialog, TOP_K)
    dialog._sections.setFocus()
    middle = QPointF(box.rect().center())
    wheel = QWheelEvent(middle, QPointF(box.mapToGlobal(middle)), QPoint(), QPoint(0, -120),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert settings[TOP_K] == TOP_K.default


def test_escape_closes_it(qtbot, dialog: Preferences) -> None:
    assert not dialog.isModal()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_sections_have_their_pages(dialog: Preferences) -> None:
    assert dialog._pages.count() == len(SECTIONS)
    dialog.show_section("models")
    assert target(dialog, CAUSAL_MODEL).isVisible()
    assert not target(dialog, TEMPERATURE).isVisible()


def test_a_slider_says_in_words_where_it_stands(qtbot, dialog: Preferences, settings, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.dialogs.setting_editors.announce", lambda widget, message: said.append(message))
    dialog.show_section("ghost")
    slider = target(dialog, GHOST_OFTEN)
    assert isinstance(slider, QSlider)
    assert slider.accessibleDescription().startswith("Now and then. ")
    labels = [label.text() for label in dialog._editors[GHOST_OFTEN.key].findChildren(QLabel)]
    assert labels == ["Seldom", "Often"]
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert settings[GHOST_OFTEN] == pytest.approx(0.55)
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert settings[GHOST_OFTEN] == pytest.approx(0.8)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert settings[GHOST_OFTEN] == 1.0
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert settings[GHOST_OFTEN] == 0.0
    assert said == ["Now and then", "Rather often", "Often", "Seldom"]
    settings.change(GHOST_OFTEN, 0.75)
    assert slider.value() == 15
    assert slider.accessibleDescription().startswith("Rather often. ")
    assert said == ["Now and then", "Rather often", "Often", "Seldom"]


def test_every_slider_has_words_for_its_degrees() -> None:
    for setting in SETTINGS:
        assert (setting.kind is Kind.SLIDER) == bool(setting.degrees)
