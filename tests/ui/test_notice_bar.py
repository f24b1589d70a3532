import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.errors import InklingError
from app.settings import Settings
from ui.icons import Icons
from ui.notifications import Action, Notice, Notifications, Severity
from ui.panels import notice_bar
from ui.panels.notice_bar import NoticeBar
from ui.theme import Theme


@pytest.fixture
def notifications() -> Notifications:
    return Notifications()


def place_bar(qtbot, notifications: Notifications, reading_ms: int) -> Iterator[NoticeBar]:
    """Put a bar into a window, below a field that has the keyboard."""
    window, field = QWidget(), QLineEdit()
    theme = Theme(Settings(), QGuiApplication.styleHints(), window)
    bar = NoticeBar(notifications, theme, Icons(theme), reading_ms=reading_ms)
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(bar)
    qtbot.addWidget(window)
    QCursor.setPos(790, 590)  # the pointer on the bar would hold it
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    yield bar


@pytest.fixture
def bar(qtbot, notifications: Notifications) -> Iterator[NoticeBar]:
    yield from place_bar(qtbot, notifications, 60_000)


def text_of(bar: NoticeBar) -> str:
    return bar.accessibleDescription()


def test_nothing_is_shown_at_first(bar: NoticeBar) -> None:
    assert not bar.isVisible()


def test_expected_errors_speak_for_themselves(bar: NoticeBar, notifications: Notifications) -> None:
    notifications.report(InklingError("The disk is full.", "Make room and save again."))
    assert bar.isVisible()
    assert text_of(bar) == "The disk is full. Make room and save again."
    assert bar.notice is not None
    assert bar.notice.severity is Severity.ERROR


def test_unexpected_errors_are_logged_and_told_calmly(bar, notifications, caplog) -> None:
    with caplog.at_level(logging.ERROR, "ui"):
        notifications.report(ValueError("secret manuscript"))
    assert "secret" not in text_of(bar)
    assert caplog.records[0].exc_info[1].args == ("secret manuscript",)
    caplog.clear()


@pytest.fixture
def hasty_bar(qtbot, notifications: Notifications) -> Iterator[NoticeBar]:
    yield from place_bar(qtbot, notifications, 30)


def test_information_leaves_by_itself(qtbot, hasty_bar, notifications) -> None:
    notifications.inform("Saved.")
    qtbot.waitUntil(lambda: not hasty_bar.isVisible())
    notifications.report(InklingError("Not saved."))
    qtbot.wait(120)
    assert hasty_bar.isVisible()


def test_a_warning_waits_to_be_closed(qtbot, hasty_bar, notifications) -> None:
    notifications.warn("What you write cannot be kept safe.")
    notifications.inform("Saved.")
    qtbot.wait(120)
    assert text_of(hasty_bar) == "What you write cannot be kept safe."
    hasty_bar.dismiss()
    qtbot.waitUntil(lambda: not hasty_bar.isVisible())


def test_information_stays_while_the_keyboard_is_there(qtbot, hasty_bar, notifications) -> None:
    notifications.inform("2 words can go.")
    close = hasty_bar.findChild(QToolButton)
    close.setFocus()
    qtbot.waitUntil(close.hasFocus)
    qtbot.wait(120)
    assert hasty_bar.isVisible()
    close.clearFocus()
    qtbot.waitUntil(lambda: not hasty_bar.isVisible())


def test_what_is_withdrawn_goes_whether_it_is_shown_or_waits(bar, notifications) -> None:
    first, second, _ = (notifications.warn(text) for text in ("One.", "Two.", "Three."))
    notifications.withdraw(second)
    assert text_of(bar) == "One."
    notifications.withdraw(first)
    assert text_of(bar) == "Three."
    notifications.withdraw(first)
    assert text_of(bar) == "Three."


def test_several_queue_up_and_none_is_said_twice(qtbot, bar, notifications) -> None:
    for text in ("One.", "Two.", "Two.", "Three."):
        notifications.warn(text)
    close = bar.findChild(QToolButton)
    seen = []
    while bar.isVisible():
        seen.append(text_of(bar))
        qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert seen == ["One.", "Two.", "Three."]


def test_information_gives_way_to_the_next_notice(bar, notifications) -> None:
    notifications.inform("2 words can go.")
    notifications.inform("These sentences follow well.")
    assert text_of(bar) == "These sentences follow well."
    notifications.warn("The file changed.")
    notifications.inform("No word here needs to go.")
    assert text_of(bar).startswith("The file changed.")


def test_the_button_acts_and_closes(qtbot, bar, notifications) -> None:
    done = []
    notifications.warn("The file changed.", action=Action("Save As…", lambda: done.append(True)))
    qtbot.mouseClick(bar.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert done == [True]
    assert not bar.isVisible()


def test_an_action_may_post_another_notice(qtbot, bar, notifications) -> None:
    notifications.warn("First.", action=Action("Try", lambda: notifications.inform("Second.")))
    qtbot.mouseClick(bar.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert text_of(bar) == "Second."


def test_escape_closes_it_from_the_keyboard(qtbot, bar, notifications) -> None:
    notifications.warn("Look here.")
    close = bar.findChild(QToolButton)
    close.setFocus()
    with qtbot.waitSignal(bar.dismissed):
        qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_markup_in_a_message_stays_text(bar: NoticeBar) -> None:
    bar.post(Notice("<b>bold</b>.txt could not be read."))
    assert bar._text.textFormat() == Qt.TextFormat.PlainText


def test_icons_are_sharp_at_twice_the_size(qapp: QApplication) -> None:
    icon = Icons(Theme(Settings(), QGuiApplication.styleHints())).icon("x")
    pixmap = icon.pixmap(notice_bar.ICON, 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)
