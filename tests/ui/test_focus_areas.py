import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from tests.ui.conftest import CTRL, KEY, Sit, Writer

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down()


def area_of(writer: Writer, widget: QWidget | None) -> str:
    inkling = writer.inkling
    areas = {
        "page": inkling.page,
        "panel": inkling.panels,
        "find": inkling.find_bar,
        "notice": inkling.notice_bar,
        "status": inkling.status,
    }
    assert widget is not None
    return next(name for name, area in areas.items() if area is widget or area.isAncestorOf(widget))


def walk(writer: Writer, steps: int, modifier: Qt.KeyboardModifier = NONE) -> list[str]:
    visited = []
    for _ in range(steps):
        writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_F6, modifier)
        visited.append(area_of(writer, QApplication.focusWidget()))
    return visited


def test_f6_goes_from_page_to_status_line_and_back(writer: Writer) -> None:
    assert walk(writer, 3) == ["status", "page", "status"]
    assert walk(writer, 2, SHIFT) == ["page", "status"]


def test_f10_opens_the_menu_bar_and_esc_goes_back(writer: Writer) -> None:
    writer.press(KEY.Key_F10)
    menu = QApplication.activePopupWidget()
    assert menu is writer.inkling.window.menuBar().actions()[0].menu()
    writer.qtbot.keyClick(menu, KEY.Key_Right)
    assert QApplication.activePopupWidget() is writer.inkling.window.menuBar().actions()[1].menu()
    writer.qtbot.keyClick(QApplication.activePopupWidget(), KEY.Key_Escape)
    assert QApplication.activePopupWidget() is None
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert writer.page.hasFocus()


def test_it_visits_everything_that_is_open(writer: Writer) -> None:
    inkling = writer.inkling
    inkling.panels.add("test", "Test", QPlainTextEdit())
    inkling.panels.show_panel("test")
    writer.press(KEY.Key_F, CTRL)
    inkling.notifications.warn("Something to read.")
    writer.page.setFocus()
    assert walk(writer, 5) == ["panel", "find", "notice", "status", "page"]
    assert walk(writer, 5, SHIFT) == ["status", "notice", "find", "panel", "page"]


def test_a_part_gives_the_keyboard_to_what_had_it_there(writer: Writer) -> None:
    writer.press(KEY.Key_F, CTRL)
    field = QApplication.focusWidget()
    writer.qtbot.keyClick(field, KEY.Key_Tab)
    inside = QApplication.focusWidget()
    assert inside is not field
    visited = walk(writer, 3)
    assert visited == ["status", "page", "find"], inside
    assert QApplication.focusWidget() is inside


def test_the_page_writes_where_it_left_off(writer: Writer) -> None:
    writer.type("One")
    walk(writer, 2)
    writer.qtbot.keyClicks(QApplication.focusWidget(), " two")
    assert writer.text == "One two"


def test_tab_leaves_every_part_but_the_page_where_it_writes(writer: Writer) -> None:
    """Nothing holds the keyboard: by Tab or F6 the page is reached from everywhere."""
    inkling = writer.inkling
    writer.press(KEY.Key_F, CTRL)
    inkling.notifications.warn("Something to read.")
    for area in (inkling.find_bar, inkling.notice_bar, inkling.status):
        writer.page.setFocus()
        while not area.isAncestorOf(QApplication.focusWidget()):
            writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_F6)
        for _ in range(40):
            if QApplication.focusWidget() is writer.page:
                break
            writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Tab)
        assert QApplication.focusWidget() is writer.page


def test_tab_goes_through_the_find_bar_as_it_is_read(writer: Writer) -> None:
    writer.press(KEY.Key_H, CTRL)
    visited = []
    while area_of(writer, focus := QApplication.focusWidget()) == "find":
        visited.append(focus)
        writer.qtbot.keyClick(focus, KEY.Key_Tab)
    bar = writer.inkling.find_bar
    where = [(field.y() // 20, field.x()) for field in visited[:-1]]
    assert len(where) == 8
    assert where == sorted(where)
    assert visited[-1].geometry().right() > bar.width() - 40  # the one that closes it


def test_esc_closes_bars_and_goes_back(writer: Writer) -> None:
    writer.inkling.notifications.warn("Something to read.")
    while area_of(writer, QApplication.focusWidget()) != "notice":
        walk(writer, 1)
    writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert QApplication.focusWidget() is writer.page
