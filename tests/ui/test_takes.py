"""The takes of a continuation: swapped, edited, undone."""

import pytest

from app.document.manuscript import Author
from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING, TAKES
from tests.ui.conftest import CTRL, KEY, Sit
from tests.ui.takes import (
    FIVE,
    FOUR,
    ONE,
    ROUNDS,
    SIX,
    SLOW,
    THREE,
    TWO,
    begun,
    redo,
    retry,
    strip,
    swap,
    undo,
)


def test_three_takes_are_written_and_swapped_with_the_keys(sit_down: Sit) -> None:
    writer = begun(sit_down)
    assert writer.text == "She knocked" + ONE
    for text, number in ((TWO, "2/3"), (THREE, "3/3"), (ONE, "1/3")):
        swap(writer)
        assert writer.text == "She knocked" + text
        assert writer.caret == len(writer.text)
        assert strip(writer) == number
    swap(writer, KEY.Key_Up)
    assert writer.text == "She knocked" + THREE


def test_each_of_continue_swap_and_retry_is_one_step(sit_down: Sit) -> None:
    writer = begun(sit_down)
    swap(writer)
    swap(writer)
    retry(writer)
    swap(writer)
    steps = [("", ""), (ONE, "1/3"), (TWO, "2/3"), (THREE, "3/3"), (FOUR, "1/3"), (FIVE, "2/3")]
    for text, number in reversed(steps[:-1]):
        undo(writer)
        assert (writer.text, strip(writer)) == ("She knocked" + text, number)
    for text, number in steps[1:]:
        redo(writer)
        assert (writer.text, strip(writer)) == ("She knocked" + text, number)
    undo(writer)
    swap(writer, KEY.Key_Up)
    assert (writer.text, strip(writer)) == ("She knocked" + SIX, "3/3")


def test_a_take_that_is_swapped_in_goes_on_streaming_and_the_others_are_kept(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=SLOW, seconds_per_token=0.01))
    writer.type("Go")
    writer.continue_text()
    writer.wait_for(lambda: " a a a" in writer.text)
    swap(writer)
    swapped = writer.text
    assert swapped.startswith("Go b b")
    writer.wait_for(lambda: len(writer.text) > len(swapped) + 6)
    assert writer.text == "Go" + " b" * ((len(writer.text) - 2) // 2)
    assert writer.caret == len(writer.text)
    writer.press(KEY.Key_Escape)
    kept = writer.text
    writer.qtbot.wait(100)
    assert writer.text == kept
    swap(writer)
    assert len(writer.text) == len(kept)  # the others went as far
    assert writer.text.endswith(" c c")
    undo(writer)
    assert writer.text == kept
    undo(writer)
    first = writer.text
    assert first.startswith("Go a a")
    assert len(first) == len(swapped)
    assert strip(writer) == "1/3"
    swap(writer, KEY.Key_Up)
    swap(writer)
    assert writer.text == "Go" + " a" * ((len(kept) - 2) // 2)  # all of it, also what came unseen
    undo(writer)
    undo(writer)
    assert writer.text == first
    undo(writer)
    assert writer.text == "Go"


def test_swapping_goes_on_while_the_writer_types_elsewhere(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=ROUNDS))
    writer.paste_all("Top\n\nBottom")
    writer.continue_text()
    writer.wait_for_stream()
    writer.place_caret(3)
    assert strip(writer) == "1/3"
    writer.type(" line")
    swap(writer)
    assert writer.text == "Top line\n\nBottom" + TWO
    writer.type(" Then.")
    swap(writer)
    assert writer.text == "Top line\n\nBottom" + THREE + " Then."
    assert writer.caret == len("Top line\n\nBottom" + THREE)
    writer.place_caret(len("Top line\n\nBottom"))
    writer.type("!")  # just before it
    swap(writer)
    assert writer.text == "Top line\n\nBottom!" + ONE + " Then."


@pytest.mark.parametrize("how", ["in its middle", "its beginning", "its end", "a line break"])
def test_an_edited_take_is_the_writers_and_undo_gives_it_back(sit_down: Sit, how: str) -> None:
    writer = begun(sit_down)
    end = len(writer.text)
    if how == "its end":
        writer.press(KEY.Key_Backspace)
    else:
        writer.place_caret({"in its middle": end - 3, "its beginning": len("She knocked")}.get(how, end - 5))
        writer.press(KEY.Key_Return if how == "a line break" else KEY.Key_Delete)
    edited = writer.text
    assert edited != "She knocked" + ONE
    assert strip(writer) == ""
    swap(writer)
    assert writer.text == edited
    undo(writer)
    assert (writer.text, strip(writer)) == ("She knocked" + ONE, "1/3")
    swap(writer)
    assert writer.text == "She knocked" + TWO


def test_continuing_elsewhere_ends_it_until_that_is_undone(sit_down: Sit) -> None:
    writer = begun(sit_down)
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.place_caret(3)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "She" + FOUR + " knocked" + ONE
    swap(writer)
    assert writer.text == "She" + FIVE + " knocked" + ONE
    undo(writer)
    undo(writer)
    swap(writer)
    assert writer.text == "She knocked" + TWO


def test_everything_deleted_and_undone_can_still_be_swapped(sit_down: Sit) -> None:
    writer = begun(sit_down)
    writer.press(KEY.Key_A, CTRL)
    writer.press(KEY.Key_Delete)
    assert strip(writer) == ""
    undo(writer)
    assert strip(writer) == "1/3"
    swap(writer)
    assert writer.text == "She knocked" + TWO


def test_what_is_swapped_in_comes_from_the_continuation(sit_down: Sit) -> None:
    writer = begun(sit_down)
    swap(writer)
    swap(writer)
    runs = writer.inkling.manuscript.take().runs
    assert [(length, source.author) for length, source in runs] == [
        (len("She knocked"), Author.WRITER),
        (len(THREE), Author.CONTINUATION),
    ]
    assert runs[1][1].model == "script"


def test_the_view_stays_where_it_is(sit_down: Sit) -> None:
    long = [["word " * 120], ["short."], ["line\n" * 6]]
    writer = sit_down(ScriptedEngine(takes=long))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all("line\n" * 100)
    writer.place_caret(5 * 50)
    writer.page.centerCursor()
    scrolled = writer.page.verticalScrollBar().value()
    writer.continue_text()
    writer.wait_for_stream()
    for _ in range(6):
        swap(writer)
        assert writer.page.verticalScrollBar().value() == scrolled
        assert writer.page.viewport().rect().contains(writer.page.cursorRect())


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_setting_says_how_many(sit_down: Sit, count: int) -> None:
    writer = sit_down(ScriptedEngine(takes=ROUNDS))
    writer.inkling.settings.change(TAKES, count)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    shown = writer.inkling.take_tools.strip
    assert shown.retry.isVisible()
    assert shown.next.isVisible() == (count > 1)
    assert count == 1 or strip(writer) == f"1/{count}"
    swap(writer)
    assert writer.text == "She knocked" + (TWO if count > 1 else ONE)


def test_takes_of_which_nothing_is_written_are_passed_over(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=[[ONE], [], [THREE]]))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    assert strip(writer) == "1/2"
    swap(writer)
    assert writer.text == "She knocked" + THREE


def test_another_document_begins_without_takes(sit_down: Sit, tmp_path) -> None:
    file = tmp_path / "other.md"
    file.write_text("Another text")
    writer = begun(sit_down)
    writer.page.document().setModified(False)
    writer.open(file)
    assert strip(writer) == ""
    assert not list(writer.inkling.continuation.history.places())
    swap(writer)
    assert writer.text == "Another text"
