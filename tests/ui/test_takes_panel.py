"""The panel that keeps every take of the session."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.takes import FIVE, FOUR, ONE, SHIFT, SIX, THREE, TWO, begun, retry, strip, swap, undo
from ui.panels.takes_panel import TAKE, TakesPanel


def opened(writer: Writer) -> TakesPanel:
    writer.press(KEY.Key_T, CTRL | SHIFT)
    panel = writer.inkling.take_tools.panel
    assert panel.isVisible()
    return panel


def listed(panel: TakesPanel) -> list[str]:
    """The texts of the takes, and of the places in brackets."""
    items = [panel.list.item(row) for row in range(panel.list.count())]
    return [item.data(TAKE).text if item.data(TAKE) else f"[{item.text()}]" for item in items]


def choose(panel: TakesPanel, text: str) -> None:
    panel.list.setCurrentRow(listed(panel).index(text))


def test_it_lists_every_take_by_its_place_the_newest_first(sit_down: Sit) -> None:
    writer = begun(sit_down)
    retry(writer)
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.place_caret(3)
    writer.continue_text()
    writer.wait_for_stream()
    panel = opened(writer)
    there = ["[…She]", ONE, TWO, THREE]
    here = ["[…She and left. knocked]", FOUR, FIVE, SIX, ONE, TWO, THREE]
    assert listed(panel) == [*there, *here]
    assert panel.list.hasFocus()
    assert panel.preview.toPlainText() == ONE.strip()
    QTest.keyClick(panel.list, KEY.Key_Down)
    assert panel.preview.toPlainText() == TWO.strip()
    bold = [row for row in range(panel.list.count()) if panel.list.item(row).font().bold()]
    assert bold == [1, 5]


def test_return_brings_back_what_was_retried_and_that_is_one_step(sit_down: Sit) -> None:
    writer = begun(sit_down)
    retry(writer)
    panel = opened(writer)
    choose(panel, TWO)
    QTest.keyClick(panel.list, KEY.Key_Return)
    assert (writer.text, strip(writer)) == ("She knocked" + TWO, "2/3")
    undo(writer)
    assert (writer.text, strip(writer)) == ("She knocked" + FOUR, "1/3")


def test_the_button_and_a_double_click_bring_back_too(sit_down: Sit) -> None:
    writer = begun(sit_down)
    panel = opened(writer)
    choose(panel, TWO)
    writer.qtbot.mouseClick(panel.bring_back_button, Qt.MouseButton.LeftButton)
    assert writer.text == "She knocked" + TWO
    choose(panel, THREE)
    point = panel.list.visualItemRect(panel.list.currentItem()).center()
    writer.qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert writer.text == "She knocked" + TWO
    writer.qtbot.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert writer.text == "She knocked" + THREE


def test_what_the_writer_has_edited_is_left_alone(sit_down: Sit) -> None:
    writer = begun(sit_down)
    writer.place_caret(len("She knocked and"))
    writer.type(" slowly")
    panel = opened(writer)
    for text in (TWO, ONE):
        choose(panel, text)
        QTest.keyClick(panel.list, KEY.Key_Return)
        assert writer.text == "She knocked" + text + " and slowly left."
        assert strip(writer) == {TWO: "2/3", ONE: "1/3"}[text]
    swap(writer)
    assert writer.text == "She knocked" + TWO + " and slowly left."
    for _ in range(3):
        undo(writer)
    assert writer.text == "She knocked and slowly left."


def test_a_place_that_was_deleted_is_where_that_was(sit_down: Sit) -> None:
    writer = begun(sit_down)
    writer.type(" Then.")
    writer.select(4, len("She knocked" + ONE))
    writer.press(KEY.Key_Delete)
    assert writer.text == "She  Then."
    panel = opened(writer)
    choose(panel, THREE)
    QTest.keyClick(panel.list, KEY.Key_Return)
    assert writer.text == "She " + THREE + " Then."


def test_the_place_follows_edits_and_is_shown(sit_down: Sit) -> None:
    writer = begun(sit_down)
    writer.place_caret(0)
    for _ in range(80):
        writer.press(KEY.Key_Return)
    writer.place_caret(0)
    panel = opened(writer)
    assert listed(panel)[0] == "[…She knocked]"
    writer.qtbot.mouseClick(panel.show_place_button, Qt.MouseButton.LeftButton)
    assert writer.caret == len(writer.text)
    assert writer.page.viewport().rect().contains(writer.page.cursorRect())
    assert writer.page.hasFocus()  # or the caret could not be seen


def test_it_follows_what_is_being_written(sit_down: Sit) -> None:
    writer = begun(sit_down, seconds_per_token=0.3)
    panel = opened(writer)
    assert len(listed(panel)) == 4
    writer.continue_text()
    writer.wait_for_stream()
    writer.wait_for(lambda: len(listed(panel)) == 8)
    assert listed(panel)[1] == FOUR


def test_what_is_read_of_a_long_take_stays_in_sight_while_it_grows(sit_down: Sit) -> None:
    words = ["Oh\u00a0no\n" * 100, *[" on"] * 100_000]  # Qt shows a no-break space and tells of a space
    writer = sit_down(ScriptedEngine(takes=[words] * 3, seconds_per_token=0.01))
    writer.type("She knocked.")
    writer.continue_text()
    panel = opened(writer)
    writer.wait_for(lambda: "on on" in panel.preview.toPlainText())
    bar = panel.preview.verticalScrollBar()
    bar.setValue(20)
    seen = len(panel.preview.toPlainText())
    writer.wait_for(lambda: len(panel.preview.toPlainText()) > seen)
    assert bar.value() == 20
    writer.press(KEY.Key_Escape)
    panel.follow()
    writer.wait_for(lambda: len(panel.preview.toPlainText()) == len(panel.current.text))
    assert bar.value() == 20


def test_without_takes_it_says_what_it_is_for(sit_down: Sit) -> None:
    writer = sit_down()
    panel = opened(writer)
    assert listed(panel) == []
    assert not panel.bring_back_button.isEnabled()
    assert "kept here" in panel.preview.placeholderText()
    QTest.keyClick(panel.list, KEY.Key_Return)
    QTest.keyClick(panel.list, KEY.Key_Escape)
    assert not panel.isVisible()
    assert writer.page.hasFocus()
