"""Ghost text at the real window: where it appears, and the ways to take it."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from app.settings import GHOST
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.ghosts import (
    ALT,
    GHOST_WORDS,
    Witness,
    ghost_writer,
    hasten,
    preedit,
    press_text,
    wait_for_ghost,
)

SENTENCES = [" on", ".", " Then", " he", " went", "."]


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return hasten(sit_down(ghost_writer()))


@pytest.fixture
def witness(writer: Writer) -> Witness:
    return Witness(writer.inkling.ghost)


def test_it_appears_after_a_pause_and_is_never_in_the_document(writer: Writer, witness: Witness) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    assert preedit(writer) == GHOST_WORDS
    assert writer.text == writer.page.toPlainText() == "Empty"
    writer.press(KEY.Key_A, CTRL)
    writer.press(KEY.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Empty"
    assert not writer.inkling.ghost.text
    assert witness.shown == [" for"]  # it grew


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


@pytest.mark.parametrize("behind", [" stood the house.", ", and more", "\n\nThe end.", "”"])
def test_it_appears_in_front_of_other_text(writer: Writer, behind: str) -> None:
    writer.paste_all("One" + behind)
    writer.place_caret(3)
    writer.type("s")
    wait_for_ghost(writer)
    assert writer.text == "Ones" + behind
    writer.press(KEY.Key_Tab)
    assert writer.text == "Ones" + GHOST_WORDS + behind
    assert writer.caret == len("Ones" + GHOST_WORDS)


def test_inside_a_word_it_is_the_rest_of_the_word(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(["ital", " of", " France", "."])))
    writer.type("The cap")
    wait_for_ghost(writer, "ital of France.")
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "The capital"


def test_the_space_behind_it_comes_with_its_last_word(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer()))
    writer.paste_all("A house.")
    writer.place_caret(2)
    writer.inkling.ghost.show("big old ", writer.inkling.ghost._source)
    writer.press(KEY.Key_Right, CTRL)
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "A big old house."


def test_the_model_is_told_what_stands_behind(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer()))
    asked: list[tuple[str, int]] = []
    submit = writer.inkling.client.draft

    def draft(prompt, following, often, handler, choice=0):
        asked.append((following, choice))
        return submit(prompt, following, often, handler, choice)

    writer.inkling.client.draft = draft
    writer.paste_all("One stood here." + " More" * 200)
    writer.place_caret(3)
    writer.type("s")
    wait_for_ghost(writer)
    ((following, choice),) = asked
    assert following.startswith(" stood here. More")
    assert 300 < len(following) <= 400
    assert choice == 0


def test_tab_takes_all_of_it_as_one_undo_step(writer: Writer, witness: Witness) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS
    assert not writer.inkling.ghost.text
    assert witness.taken == [GHOST_WORDS]
    assert not witness.dismissed
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "Empty"
    writer.press(KEY.Key_Y, CTRL)
    assert writer.text == "Empty" + GHOST_WORDS


def test_ctrl_right_takes_a_word_and_keeps_the_rest(writer: Writer, witness: Witness) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "Empty for"
    assert writer.inkling.ghost.text == " as long as anyone knew."
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "Empty for as"
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS
    assert witness.taken == [" for", " as", " long as anyone knew."]
    for rest in (" for as", " for", ""):
        writer.press(KEY.Key_Z, CTRL)
        assert writer.text == "Empty" + rest
    for rest in (" for", " for as", GHOST_WORDS):
        writer.press(KEY.Key_Y, CTRL)
        assert writer.text == "Empty" + rest


def test_where_text_runs_to_the_left_ctrl_left_takes_a_word(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer([" עולם", " טוב", "."])))
    for letter in "שלום":
        press_text(writer, letter, ord(letter))
    wait_for_ghost(writer, " עולם טוב.")
    writer.press(KEY.Key_Left, CTRL)
    assert writer.text == "שלום עולם"
    assert writer.inkling.ghost.text == " טוב."
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text == "שלום עולם"
    assert not writer.inkling.ghost.text
    assert writer.caret < len(writer.text)


def test_ctrl_down_takes_the_sentence(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(SENTENCES)))
    writer.type("He went")
    writer.wait_for(lambda: writer.inkling.ghost.text)
    writer.inkling.ghost.show(" on. Then he", writer.inkling.ghost._source)
    writer.press(KEY.Key_Down, CTRL)
    assert writer.text == "He went on."
    assert writer.inkling.ghost.text == " Then he"
    writer.press(KEY.Key_Down, CTRL)
    assert writer.text == "He went on. Then he"


def test_where_it_goes_on_in_the_next_line_a_click_takes_it_there_too(writer: Writer) -> None:
    writer.type("A line that is")
    edge, line = writer.page.viewport().width(), writer.page.cursorRect().top()
    while writer.page.cursorRect().right() < edge - 60:
        writer.type(" on")
    wait_for_ghost(writer)
    first, second = writer.inkling.ghost.areas()
    assert first.top() < second.top()
    assert writer.page.cursorRect().top() == line  # what was typed stays where it was
    point = second.center().toPoint()
    writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert writer.text.endswith(" on" + GHOST_WORDS)


def test_with_the_find_bar_open_escape_means_the_ghost_text(writer: Writer) -> None:
    writer.type("One")
    writer.press(KEY.Key_F, CTRL)
    bar = writer.inkling.find_bar
    assert bar.isVisible()
    writer.page.setFocus()
    writer.wait_for(writer.page.hasFocus)
    writer.type("s")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Escape)
    assert not writer.inkling.ghost.text
    assert bar.isVisible()


def test_larger_type_and_a_narrower_window_leave_it_behind_the_caret(writer: Writer) -> None:
    writer.paste_all("One stood here.")
    writer.place_caret(3)
    writer.type("s")
    wait_for_ghost(writer)
    writer.page.zoomed.emit(4)
    writer.inkling.window.resize(420, 400)
    writer.page.viewport().repaint()
    assert writer.inkling.ghost.text == preedit(writer) == GHOST_WORDS
    area, caret = writer.inkling.ghost.areas()[0], writer.page.cursorRect()
    assert area.top() == pytest.approx(caret.top(), abs=1)
    assert area.left() == pytest.approx(caret.left(), abs=2)


def test_a_click_on_it_takes_it(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    point = writer.inkling.ghost.areas()[0].center().toPoint()
    writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert writer.text == "Empty" + GHOST_WORDS


@pytest.mark.parametrize(
    "how",
    ["arrow", "escape", "click elsewhere", "return", "undo", "a command", "focus", "a change elsewhere"],
)
def test_anything_else_dismisses_it(writer: Writer, witness: Witness, how: str) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    if how == "arrow":
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
    elif how == "undo":
        writer.press(KEY.Key_Z, CTRL)
    elif how == "a command":
        writer.press(KEY.Key_F8)
    elif how == "focus":
        writer.press(KEY.Key_F, CTRL)
    else:
        QTextCursor(writer.page.document()).insertText("Once ")
    assert not writer.inkling.ghost.text
    assert not preedit(writer)
    assert witness.dismissed == 1


def test_a_drag_that_came_onto_the_page_before_it_finds_the_page_as_it_is(writer: Writer) -> None:
    content = QMimeData()
    content.setText("dragged")
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    order = (QPoint(9, 9), copy, content, left, Qt.KeyboardModifier.NoModifier)
    viewport = writer.page.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(*order))
    writer.type("Empty")
    wait_for_ghost(writer)
    QApplication.sendEvent(viewport, QDragMoveEvent(*order))
    assert not writer.inkling.ghost.text
    QApplication.sendEvent(viewport, QDragLeaveEvent())


def test_undo_after_a_take_brings_the_text_back_without_new_ghost_text(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Right, CTRL)
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "Empty"
    writer.qtbot.wait(300)
    assert not writer.inkling.ghost.text


def test_tab_still_types_a_tab_where_there_is_none(writer: Writer) -> None:
    writer.inkling.settings.change(GHOST, False)
    writer.type("a")
    writer.press(KEY.Key_Tab)
    assert writer.text == "a\t"


def test_what_it_grows_by_comes_without_taking_anything_back(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(seconds=0.03)))
    witness = Witness(writer.inkling.ghost)
    seen: list[str] = []
    writer.page.updateRequest.connect(lambda: seen.append(preedit(writer)))
    writer.type("Empty")
    wait_for_ghost(writer)
    assert len(set(seen)) > 3
    assert all(GHOST_WORDS.startswith(each) for each in seen)
    first = next(number for number, each in enumerate(seen) if each)
    assert [len(each) for each in seen[first:]] == sorted(len(each) for each in seen[first:])
    assert len(witness.shown) == 1


def test_what_is_taken_of_it_while_it_grows_does_not_end_it(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(seconds=0.05)))
    writer.type("Empty")
    writer.wait_for(lambda: writer.inkling.ghost.text)
    writer.type(" f")
    writer.press(KEY.Key_Right, CTRL)
    assert writer.text.startswith("Empty for")
    writer.wait_for(lambda: writer.text + writer.inkling.ghost.text == "Empty" + GHOST_WORDS)
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS


def test_continue_takes_the_place_of_it(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "Empty" + GHOST_WORDS
    assert not writer.inkling.ghost.text


def test_brackets_with_alt_never_come_onto_the_page(writer: Writer) -> None:
    writer.inkling.settings.change(GHOST, False)
    writer.type("a")
    writer.press(KEY.Key_BracketRight, ALT)
    writer.press(KEY.Key_BracketLeft, ALT)
    assert writer.text == "a"
