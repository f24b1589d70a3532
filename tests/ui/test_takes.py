"""The takes of a continuation: swapped, retried, undone, brought back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from app.document.manuscript import Author, Manuscript
from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING, SEED, TAKES
from tests.ui.conftest import CTRL, KEY, Sit, Writer

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ONE, TWO, THREE = " and left.", " and then the door opened.", " but\n\nNobody came."
FOUR, FIVE, SIX = " once more.", " at the window.", " in vain."
ROUNDS = [[text] for text in (ONE, TWO, THREE, FOUR, FIVE, SIX)]
SLOW = [[f" {letter}"] * 10_000 for letter in "abc"]


def begun(sit_down: Sit, **engine) -> Writer:
    """A writer whose text has just been continued."""
    writer = sit_down(ScriptedEngine(takes=ROUNDS, **engine))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    return writer


def strip(writer: Writer) -> str:
    shown = writer.inkling.take_tools.strip
    return shown.count.text() if shown.isVisible() else ""


def undo(writer: Writer) -> None:
    writer.press(KEY.Key_Z, CTRL)


def redo(writer: Writer) -> None:
    writer.press(KEY.Key_Y, CTRL)


def swap(writer: Writer, key: Qt.Key = KEY.Key_Down) -> None:
    writer.press(key, ALT)


def retry(writer: Writer) -> None:
    writer.press(KEY.Key_Return, CTRL | SHIFT)
    writer.wait_for_stream()


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


def test_the_strip_swaps_and_retries_with_the_mouse(sit_down: Sit) -> None:
    writer = begun(sit_down)
    buttons = writer.inkling.take_tools.strip
    for button, text in ((buttons.next, TWO), (buttons.previous, ONE)):
        writer.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert writer.text == "She knocked" + text
    writer.qtbot.mouseClick(buttons.retry, Qt.MouseButton.LeftButton)
    writer.wait_for_stream()
    assert writer.text == "She knocked" + FOUR
    assert all(b.toolTip() and b.accessibleName() for b in (buttons.next, buttons.previous, buttons.retry))


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


def test_retry_without_a_passage_says_so(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=ROUNDS))
    writer.type("She knocked")
    retry(writer)
    assert writer.text == "She knocked"
    assert "nothing to retry" in writer.said()


def test_a_retry_that_fails_or_is_stopped_at_once_leaves_the_passage(sit_down: Sit) -> None:
    engine = ScriptedEngine(takes=[[ONE], [TWO], [THREE], [ValueError()]])
    writer = sit_down(engine)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    retry(writer)
    assert writer.text == "She knocked" + ONE
    assert strip(writer) == "1/3"


def test_a_retry_takes_the_passage_out_when_the_first_word_comes(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=[[ONE], [ONE], [ONE], *SLOW], seconds_per_token=0.05))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    seen: list[str] = []
    writer.page.textChanged.connect(lambda: seen.append(writer.text))
    writer.press(KEY.Key_Return, CTRL | SHIFT)
    assert writer.text == "She knocked" + ONE
    writer.wait_for(lambda: " a a" in writer.text)
    writer.press(KEY.Key_Escape)
    assert all(text.startswith("She knocked a") for text in seen)
    undo(writer)
    assert writer.text == "She knocked" + ONE


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


def test_rewriting_is_one_step_and_goes_on_from_the_lead(sit_down: Sit) -> None:
    engine = ScriptedEngine(takes=ROUNDS)
    writer = sit_down(engine)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    begin = len("She knocked and")
    writer.inkling.continuation.rewrite(begin, len(writer.text), " entered")
    assert writer.text == "She knocked and entered"
    writer.wait_for_stream()
    assert engine.prompts[-1] == "She knocked and entered"
    assert writer.text == "She knocked and entered" + FOUR
    assert writer.caret == len(writer.text)
    runs = writer.inkling.manuscript.take().runs
    assert [source.author for _, source in runs][:2] == [Author.WRITER, Author.CONTINUATION]
    swap(writer)
    assert writer.text == "She knocked and entered" + FIVE
    retry(writer)
    assert writer.text == "She knocked and entered" + ONE
    assert engine.prompts[-1] == "She knocked and entered"
    for _ in range(3):
        undo(writer)
    assert (writer.text, strip(writer)) == ("She knocked" + ONE, "1/3")
    swap(writer)
    assert writer.text == "She knocked" + TWO
    assert " left." in kept(writer)


def test_finished_takes_can_be_offered(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("One.\n\nThree.")
    writer.inkling.continuation.offer(len("One."), [" Two.", " Zwei.\r\n", ""])
    assert (writer.text, strip(writer)) == ("One. Two.\n\nThree.", "1/2")
    assert writer.caret == len("One. Two.")
    swap(writer)
    assert writer.text == "One. Zwei.\n\n\nThree."
    undo(writer)
    undo(writer)
    assert writer.text == "One.\n\nThree."
    redo(writer)
    assert (writer.text, strip(writer)) == ("One. Two.\n\nThree.", "1/2")


def test_whoever_offers_takes_says_what_retry_does(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("One.\n\nThree.")
    continuation = writer.inkling.continuation
    continuation.offer(4, [" Two."], again=lambda start, end: continuation.offer(start, [" Deux."], end))
    retry(writer)
    assert writer.text == "One. Deux.\n\nThree."
    undo(writer)
    assert writer.text == "One. Two.\n\nThree."


def test_takes_are_kept_while_an_input_method_composes(sit_down: Sit) -> None:
    writer = begun(sit_down)
    QApplication.sendEvent(writer.page, QInputMethodEvent("にほ", []))
    swap(writer)
    writer.inkling.continuation.offer(0, ["Once "])
    assert writer.text == "She knocked" + ONE
    assert writer.page.document().firstBlock().layout().preeditAreaText() == "にほ"
    assert "Once " in kept(writer)
    QApplication.sendEvent(writer.page, QInputMethodEvent())


def kept(writer: Writer) -> list[str]:
    places = writer.inkling.continuation.history.places()
    return [take.text for _, rounds in places for each in rounds for take in each.written]


def test_the_strip_keeps_clear_of_the_mark_in_windows_of_any_size(sit_down: Sit) -> None:
    writer = begun(sit_down)
    shown, mark = writer.inkling.take_tools.strip, writer.inkling.mark
    writer.page.undo_steps.insert(writer.page.text_cursor_at(0), Manuscript.of_one("line\n" * 100))
    for width, height in ((400, 280), (400, 700), (700, 280), (1400, 900)):
        writer.inkling.window.resize(width, height)
        writer.page.ensureCursorVisible()
        writer.qtbot.wait(20)
        for caret in (len(writer.text), len(writer.text) - len("She knocked" + ONE) - 1):
            writer.place_caret(caret)
            assert shown.isVisible()
            assert not shown.geometry().intersects(mark.geometry())
            assert not shown.geometry().intersects(writer.page.viewport().geometry())
            assert writer.page.rect().contains(shown.geometry())
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    assert not shown.isVisible()


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


class Seeds(ScriptedEngine):
    """Notes with which seeds it is asked to write."""

    def __init__(self, **script) -> None:
        super().__init__(**script)
        self.seeds: list[int | None] = []

    def generate_several(self, prompt, sampling, max_new_tokens, count, alternatives=0):
        self.seeds.append(sampling.seed)
        return super().generate_several(prompt, sampling, max_new_tokens, count, alternatives)


def test_a_retry_with_a_fixed_seed_writes_others(sit_down: Sit) -> None:
    engine = Seeds(takes=ROUNDS)
    writer = sit_down(engine)
    writer.inkling.settings.change(SEED, 7)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    retry(writer)
    retry(writer)
    assert engine.seeds == [7, 10, 13]
    for _ in range(3):
        undo(writer)
    assert writer.text == "She knocked"
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.seeds[-1] == 7
