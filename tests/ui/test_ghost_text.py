import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from app.engines.scripted import ScriptedEngine
from app.settings import GHOST, GHOST_PAUSE
from tests.ui.conftest import CTRL, KEY, Sit, Writer

TOKENS = [" for", " as", " long", " as", " anyone", " knew", "."]
GHOST_WORDS = " for as long as anyone knew."


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    writer = sit_down(ScriptedEngine(TOKENS))
    writer.inkling.settings.change(GHOST_PAUSE, 100)
    return writer


def wait_for_ghost(writer: Writer) -> None:
    writer.wait_for(lambda: writer.inkling.ghost.text)


def stays_silent(writer: Writer) -> bool:
    writer.qtbot.wait(300)
    return not writer.inkling.ghost.text


def test_it_appears_after_a_pause_and_is_never_in_the_document(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    assert writer.inkling.ghost.text == GHOST_WORDS
    assert writer.text == "Empty"
    assert writer.page.toPlainText() == "Empty"
    writer.press(KEY.Key_A, CTRL)
    writer.press(KEY.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Empty"
    assert not writer.inkling.ghost.text


def test_it_is_painted_behind_the_caret(writer: Writer) -> None:
    writer.type("Empty")
    before = writer.page.viewport().grab().toImage()
    wait_for_ghost(writer)
    after = writer.page.viewport().grab().toImage()
    area = writer.inkling.ghost.areas()[0]
    caret = writer.page.cursorRect()
    assert area.left() >= caret.left() - 2
    assert area.width() > 50
    scale = after.devicePixelRatio()
    changed = [
        (x, y)
        for x in range(int(area.left() * scale), int(area.right() * scale))
        for y in range(int(area.top() * scale), int(area.bottom() * scale))
        if before.pixel(x, y) != after.pixel(x, y)
    ]
    assert len(changed) > 100


def test_tab_takes_all_of_it_as_one_undo_step(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS
    assert not writer.inkling.ghost.text
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "Empty"


def test_ctrl_right_takes_a_word_and_keeps_the_rest(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "Empty for"
    assert writer.inkling.ghost.text == " as long as anyone knew."
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "Empty for as"
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS


def test_a_click_on_it_takes_it(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    point = writer.inkling.ghost.areas()[0].center().toPoint()
    writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert writer.text == "Empty" + GHOST_WORDS


@pytest.mark.parametrize("how", ["typing", "arrow", "escape", "click elsewhere", "return", "undo"])
def test_anything_else_dismisses_it(writer: Writer, how: str) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    if how == "typing":
        writer.type("!")
        assert writer.text == "Empty!"
    elif how == "arrow":
        writer.press(KEY.Key_Left)
        assert writer.caret == 4
    elif how == "escape":
        writer.press(KEY.Key_Escape)
        assert writer.text == "Empty"
    elif how == "click elsewhere":
        writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 5))
    elif how == "return":
        writer.press(KEY.Key_Return)
        assert writer.text == "Empty\n"
    else:
        writer.press(KEY.Key_Z, CTRL)
    assert not writer.inkling.ghost.text
    assert writer.page.document().firstBlock().layout().preeditAreaText() == ""


def test_tab_still_types_a_tab_where_there_is_none(writer: Writer) -> None:
    writer.inkling.settings.change(GHOST, False)
    writer.type("a")
    writer.press(KEY.Key_Tab)
    assert writer.text == "a\t"


@pytest.mark.parametrize(
    "after", ["deleting", "undoing", "pasting", "selecting", "mid-paragraph", "switched off"]
)
def test_it_stays_silent_after(writer: Writer, after: str) -> None:
    if after == "switched off":
        writer.inkling.settings.change(GHOST, False)
    if after == "mid-paragraph":
        writer.paste_all("Tail")
        writer.place_caret(0)
    writer.type("Some words")
    if after == "deleting":
        writer.press(KEY.Key_Backspace)
    elif after == "undoing":
        writer.press(KEY.Key_Z, CTRL)
        writer.press(KEY.Key_Y, CTRL)
    elif after == "pasting":
        content = QMimeData()
        content.setText(" pasted")
        writer.page.insertFromMimeData(content)
    elif after == "selecting":
        writer.press(KEY.Key_A, CTRL)
    assert stays_silent(writer)


def test_it_stays_silent_while_an_input_method_composes(writer: Writer) -> None:
    writer.type("Some words")
    QApplication.sendEvent(writer.page, QInputMethodEvent("にほ", []))
    assert stays_silent(writer)
    commit = QInputMethodEvent()
    commit.setCommitString("日本")
    QApplication.sendEvent(writer.page, commit)
    assert writer.text == "Some words日本"
    wait_for_ghost(writer)


def test_a_composition_that_begins_wins_over_it(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    QApplication.sendEvent(writer.page, QInputMethodEvent("に", []))
    assert not writer.inkling.ghost.text
    assert writer.page.document().firstBlock().layout().preeditAreaText() == "に"
    QApplication.sendEvent(writer.page, QInputMethodEvent("", []))


def test_it_stays_silent_when_the_model_is_not_sure(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(TOKENS, logprob=-3.0))
    writer.inkling.settings.change(GHOST_PAUSE, 100)
    writer.type("Empty")
    assert stays_silent(writer)


def test_it_stays_silent_while_a_stream_runs(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 1000, seconds_per_token=0.01))
    writer.inkling.settings.change(GHOST_PAUSE, 100)
    writer.paste_all("One\n\nTwo")
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    writer.place_caret(3)
    writer.type(" more")
    assert stays_silent(writer)
    writer.inkling.continuation.stop()


def test_what_comes_too_late_is_dropped(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(TOKENS, seconds_per_token=0.05))
    writer.inkling.settings.change(GHOST_PAUSE, 100)
    writer.type("Empty")
    writer.qtbot.wait(180)  # asked for, not yet answered
    writer.press(KEY.Key_Home)
    assert stays_silent(writer)


def test_continue_takes_the_place_of_it(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "Empty" + GHOST_WORDS
    assert not writer.inkling.ghost.text


def test_it_leaves_the_highlighting_of_its_paragraph_alone(writer: Writer) -> None:
    writer.type("A *word* here")
    writer.qtbot.wait(50)
    layout = writer.page.document().firstBlock().layout()
    formats = [(span.start, span.length) for span in layout.formats()]
    wait_for_ghost(writer)
    writer.press(KEY.Key_Escape)
    assert [(span.start, span.length) for span in layout.formats()] == formats
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
