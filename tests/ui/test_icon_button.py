from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage

from app.settings import THEME, Settings
from ui.icons import Icons
from ui.panels.icon_button import IconButton
from ui.theme import Theme


def image(button: IconButton) -> QImage:
    return button.icon().pixmap(16, 16).toImage()


def test_its_words_are_tooltip_and_name(qtbot) -> None:
    theme = Theme(Settings(), QGuiApplication.styleHints())
    button = IconButton("x", "Close", theme, Icons(theme))
    qtbot.addWidget(button)
    assert (button.toolTip(), button.accessibleName(), button.text()) == ("Close", "Close", "")
    button.say("Close all")
    assert (button.toolTip(), button.accessibleName()) == ("Close all", "Close all")


def test_its_icon_follows_the_theme(qtbot) -> None:
    settings = Settings()
    settings.change(THEME, "light")
    theme = Theme(settings, QGuiApplication.styleHints())
    button = IconButton("x", "Close", theme, Icons(theme), checkable=True)
    qtbot.addWidget(button)
    light = image(button)
    settings.change(THEME, "dark")
    assert image(button) != light
    settings.change(THEME, "light")
    assert image(button) == light


def test_the_keyboard_reaches_and_presses_it(qtbot) -> None:
    theme = Theme(Settings(), QGuiApplication.styleHints())
    button = IconButton("x", "Close", theme, Icons(theme), checkable=True)
    qtbot.addWidget(button)
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not button.focusPolicy() & Qt.FocusPolicy.ClickFocus  # a click leaves the keyboard where it is
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.isChecked()
