from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QListWidget, QSplitter, QSplitterHandle, QVBoxLayout, QWidget

from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.panels.side_panels import PAGE_WIDTH, SMALLEST_WIDTH, USUAL_WIDTH, WIDTH, SidePanels


def panel(*names: str) -> QWidget:
    widget = QWidget()
    rows = QListWidget()
    rows.addItems(names)
    column = QVBoxLayout(widget)
    column.addWidget(rows)
    widget.setFocusProxy(rows)
    return widget


def with_panels(writer: Writer) -> SidePanels:
    panels = writer.inkling.panels
    panels.add("first-of-test", "First", panel("one", "two"))
    panels.add("second-of-test", "Second", panel("three"))
    return panels


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    writer = sit_down()
    writer.inkling.window.resize(1000, 700)
    return writer


def drag(handle: QSplitterHandle, by: int) -> None:
    """Drag with the mouse; QTest moves the pointer of the screen, which offscreen has none of."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    place = QPointF(handle.rect().center())
    start = QPointF(handle.mapToGlobal(place))
    end = start + QPointF(by, 0)
    for kind, where, button, held in (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, end, none, left),
        (QEvent.Type.MouseButtonRelease, end, left, none),
    ):
        local = QPointF(handle.mapFromGlobal(where))
        event = QMouseEvent(kind, local, where, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(handle, event)


def row(panels: SidePanels) -> QSplitter:
    return panels.window().findChild(QSplitter)


def test_one_is_open_at_a_time_and_has_the_keyboard(writer: Writer) -> None:
    panels = with_panels(writer)
    assert panels.shown == ""
    seen: list[str] = []
    panels.shown_changed.connect(seen.append)
    panels.show_panel("first-of-test")
    assert panels.shown == "first-of-test"
    assert QApplication.focusWidget().item(0).text() == "one"
    panels.show_panel("second-of-test")
    assert panels.shown == "second-of-test"
    assert QApplication.focusWidget().item(0).text() == "three"
    panels.set_shown("first-of-test", False)  # it is not the one that is open
    assert panels.shown == "second-of-test"
    panels.set_shown("second-of-test", False)
    assert seen == ["first-of-test", "second-of-test", ""]
    assert not panels.isVisible()


@pytest.mark.parametrize("way", ["key", "button"])
def test_closing_goes_back_to_the_page(writer: Writer, way: str) -> None:
    panels = with_panels(writer)
    panels.show_panel("first-of-test")
    if way == "key":
        writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    else:
        button = panels.findChild(QWidget, "x")
        assert button.toolTip() == button.accessibleName() != ""
        writer.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panels.shown == ""
    assert QApplication.focusWidget() is writer.page
    writer.qtbot.keyClicks(QApplication.focusWidget(), "on")
    assert writer.text == "on"


def test_a_tied_command_shows_whether_its_panel_is_open(writer: Writer) -> None:
    panels = with_panels(writer)
    actions = {}
    for identifier in ("first-of-test", "second-of-test"):
        action = actions[identifier] = QAction(writer.inkling.window, checkable=True)
        action.toggled.connect(lambda on, which=identifier: panels.set_shown(which, on))
    panels.tie(actions)
    actions["first-of-test"].trigger()
    assert panels.shown == "first-of-test"
    actions["second-of-test"].trigger()
    assert panels.shown == "second-of-test"
    assert not actions["first-of-test"].isChecked()
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert not actions["second-of-test"].isChecked()


def test_the_width_that_the_writer_gives_it_is_remembered(sit_down: Sit, tmp_path: Path) -> None:
    first = sit_down()
    first.inkling.window.resize(1000, 700)
    panels = with_panels(first)
    panels.show_panel("first-of-test")
    assert panels.width() == USUAL_WIDTH
    first.wait_for(lambda: abs(row(panels).handle(1).geometry().center().x() - first.page.width()) <= 1)
    drag(row(panels).handle(1), -900)
    assert first.page.width() == PAGE_WIDTH  # it is never dragged to nothing
    drag(row(panels).handle(1), 270)
    width = panels.width()
    assert USUAL_WIDTH + 50 < width < USUAL_WIDTH + 130
    first.inkling.store.sync()
    assert (
        int(QSettings(str(tmp_path / "state" / "window.ini"), QSettings.Format.IniFormat).value(WIDTH))
        == width
    )
    second = sit_down()
    second.inkling.window.resize(1000, 700)
    again = with_panels(second)
    again.show_panel("second-of-test")
    assert again.width() == width


def test_a_width_that_is_none_is_the_usual_one(writer: Writer) -> None:
    writer.inkling.store.setValue(WIDTH, "wide")
    panels = with_panels(writer)
    panels.show_panel("first-of-test")
    assert panels.width() == USUAL_WIDTH


def test_the_page_keeps_its_room_and_a_narrow_window_is_covered(writer: Writer) -> None:
    panels = with_panels(writer)
    window = writer.inkling.window
    panels.show_panel("first-of-test")
    for width in (700, 580):
        window.resize(width, 500)
        writer.wait_for(lambda: writer.page.width() >= PAGE_WIDTH)
        assert panels.width() >= SMALLEST_WIDTH
        assert not panels.covers_page
    window.resize(360, 280)
    writer.wait_for(lambda: panels.covers_page)
    assert writer.page.width() == 360
    assert panels.geometry().right() == writer.page.geometry().right()
    assert 0 < panels.geometry().left() < 100
    assert QApplication.focusWidget().item(0).text() == "one"
    window.resize(1000, 700)
    writer.wait_for(lambda: not panels.covers_page)
    assert panels.isVisible()
    assert panels.width() == USUAL_WIDTH
    assert writer.page.geometry().right() < panels.geometry().left()
    assert QApplication.focusWidget().item(0).text() == "one"


def test_a_panel_over_the_page_closes_when_the_writer_goes_on_writing(writer: Writer) -> None:
    panels = with_panels(writer)
    writer.inkling.window.resize(360, 280)
    writer.qtbot.wait(20)
    panels.show_panel("first-of-test")
    assert panels.covers_page
    place = writer.page.viewport().rect().bottomLeft()
    writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panels.shown == ""
    assert writer.page.hasFocus()
    panels.show_panel("second-of-test")
    assert panels.shown == "second-of-test"
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert writer.page.hasFocus()


def test_its_shortcuts_still_work_while_a_panel_has_the_keyboard(writer: Writer) -> None:
    panels = with_panels(writer)
    panels.show_panel("first-of-test")
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_F, CTRL)
    assert writer.inkling.find_bar.isVisible()
