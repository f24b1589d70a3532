from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QMessageBox

from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING
from tests.held import HeldEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer, model_folder

SENTENCE = [" and", " then", " the", " door", " opened", "."]
ENDLESS = [" on"] * 100_000


def test_the_stream_appears_at_the_caret_and_is_one_undo_step(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(SENTENCE, seconds_per_token=0.03))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "She knocked and then the door opened."
    assert writer.caret == len(writer.text)
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "She knocked"
    writer.press(KEY.Key_Y, CTRL)
    assert writer.text == "She knocked and then the door opened."


def test_what_is_typed_behind_the_stream_is_an_undo_step_of_its_own(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(SENTENCE))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    writer.type(" Wide")
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "She knocked and then the door opened."
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "She knocked"


def test_the_prompt_is_the_text_before_the_caret(sit_down: Sit) -> None:
    engine = ScriptedEngine(SENTENCE)
    writer = sit_down(engine)
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all("One.\n\nTwo \n\nThree")
    writer.place_caret(len("One.\n\nTwo "))
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.prompts == ["One.\n\nTwo "]
    assert writer.text == "One.\n\nTwo and then the door opened.\n\nThree"


def test_esc_stops_within_one_token_and_keeps_the_text(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01))
    writer.type("Go")
    writer.continue_text()
    writer.wait_for(lambda: writer.text.count(" on") >= 3)
    writer.press(KEY.Key_Escape)
    kept = writer.text
    assert kept.startswith("Go on on on")
    assert not writer.inkling.continuation.is_streaming
    writer.qtbot.wait(150)
    assert writer.text == kept


def test_the_writer_may_type_elsewhere_and_undo_goes_back_in_order(sit_down: Sit) -> None:
    engine = HeldEngine([" on"] * 30, written=2)
    writer = sit_down(engine)
    writer.paste_all("Top\n\nBottom")
    writer.continue_text()
    writer.wait_for(lambda: " on on" in writer.text)
    writer.place_caret(3)
    writer.type(" line")
    assert writer.inkling.continuation.is_streaming
    assert writer.caret == len("Top line")
    engine.may_go_on.set()
    writer.wait_for_stream()
    assert writer.text == "Top line\n\nBottom" + " on" * 30
    writer.press(KEY.Key_Z, CTRL)  # the run behind the typing
    assert writer.text == "Top line\n\nBottom on on"
    while writer.page.document().isUndoAvailable():
        writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "Top\n\nBottom"


def test_a_caret_elsewhere_and_the_view_stay_where_they_are(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on\n"] * 200, seconds_per_token=0.002))
    writer.paste_all("line\n" * 300)
    writer.continue_text()
    writer.wait_for(lambda: writer.inkling.continuation.is_streaming)
    writer.place_caret(10)
    writer.page.verticalScrollBar().setValue(0)
    writer.wait_for_stream()
    assert writer.caret == 10
    assert writer.page.verticalScrollBar().value() == 0


@pytest.mark.parametrize("how", ["delete the paragraph", "delete everything", "undo", "type at its end"])
def test_touching_its_place_ends_the_stream_quietly(sit_down: Sit, how: str) -> None:
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01))
    writer.paste_all("First.\n\nLast")
    writer.continue_text()
    writer.wait_for(lambda: " on on" in writer.text)
    if how == "delete the paragraph":
        writer.select(len("First."), len(writer.text))
        writer.press(KEY.Key_Delete)
    elif how == "delete everything":
        writer.press(KEY.Key_A, CTRL)
        writer.press(KEY.Key_Backspace)
    elif how == "undo":
        writer.press(KEY.Key_Z, CTRL)
    else:
        writer.type("X")
    assert not writer.inkling.continuation.is_streaming
    after = writer.text
    writer.qtbot.wait(100)
    assert writer.text == after
    assert {
        "delete the paragraph": after == "First.",
        "delete everything": after == "",
        "undo": after == "First.\n\nLast",
        "type at its end": after.startswith("First.\n\nLast on") and after.endswith("X"),
    }[how]
    assert not writer.notices


def test_starting_again_replaces_the_stream(sit_down: Sit) -> None:
    engine = ScriptedEngine(ENDLESS, seconds_per_token=0.01)
    writer = sit_down(engine)
    writer.paste_all("A\n\nB")
    writer.continue_text()
    writer.wait_for(lambda: "B on on" in writer.text)
    writer.place_caret(1)
    writer.continue_text()
    below = writer.text[1:]
    writer.wait_for(lambda: writer.text.startswith("A on on"))
    assert writer.text.endswith(below)
    assert len(engine.prompts) == 2
    writer.press(KEY.Key_Escape)


def test_opening_a_file_in_the_middle_is_safe(sit_down: Sit, tmp_path) -> None:
    file = tmp_path / "other.md"
    file.write_text("Another text")
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01))
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    writer.page.document().setModified(False)
    writer.open(file)
    assert not writer.inkling.continuation.is_streaming
    writer.qtbot.wait(100)
    assert writer.text == "Another text"


def test_switching_the_model_in_the_middle_is_safe(sit_down: Sit, tmp_path) -> None:
    from app.settings import CAUSAL_MODEL

    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01))
    writer.type("Go")
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    writer.inkling.settings.change(CAUSAL_MODEL, str(model_folder(tmp_path / "second")))
    assert not writer.inkling.continuation.is_streaming
    writer.wait_for(lambda: writer.inkling.models.title("causal") == "second")
    kept = writer.text
    writer.qtbot.wait(50)
    assert writer.text == kept
    writer.continue_text()
    writer.wait_for(lambda: len(writer.text) > len(kept))
    writer.press(KEY.Key_Escape)


def test_closing_the_window_in_the_middle_is_safe(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.5))
    writer.continue_text()
    writer.wait_for(lambda: "on" in writer.text)
    assert writer.inkling.client.shut_down(30_000)  # all of it would take longer


def go_on_without_end(sit_down: Sit, file: Path) -> Writer:
    """A writer whose short file goes on and on."""
    file.write_text("Go")
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01), file=file)
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    return writer


def test_who_closes_the_window_in_the_middle_is_asked_once(sit_down: Sit, tmp_path) -> None:
    file = tmp_path / "story.md"
    writer = go_on_without_end(sit_down, file)
    writer.inkling.window.close()
    writer.wait_for(lambda: writer.inkling.window.findChildren(QMessageBox))
    assert not writer.inkling.continuation.is_streaming
    (box,) = writer.inkling.window.findChildren(QMessageBox)
    save = next(button for button in box.buttons() if button.text().replace("&", "") == "Save")
    writer.qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    writer.wait_for(lambda: not writer.inkling.window.isVisible())
    assert file.read_text() == writer.text


def test_saved_in_the_middle_and_undone_the_text_is_not_what_was_saved(sit_down: Sit, tmp_path) -> None:
    file = tmp_path / "story.md"
    writer = go_on_without_end(sit_down, file)
    writer.inkling.files.save()
    written = writer.text
    writer.type("x")  # while it is being saved
    writer.settle()
    assert file.read_text() == written
    while writer.page.document().isUndoAvailable():
        writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "Go"
    assert writer.page.document().isModified()


def test_thousands_of_tokens_a_second_arrive_exactly_and_the_window_stays_awake(sit_down: Sit) -> None:
    words = [f" w{number}" for number in range(20_000)]
    writer = sit_down(ScriptedEngine(words, seconds_per_token=0.00005))
    document = writer.page.document()
    seen: list[int] = []  # how much stood on the page whenever the window had time for something else
    written: list[int] = []  # how much stood there behind each edit
    ticker = QTimer(interval=1)
    ticker.timeout.connect(lambda: seen.append(document.characterCount()))
    document.contentsChanged.connect(lambda: written.append(document.characterCount()))
    ticker.start()
    writer.continue_text()
    writer.wait_for_stream()
    ticker.stop()
    assert writer.text == "".join(words[:4096]).lstrip()
    assert set(written[:-1]) <= set(seen)  # between two edits there was always time
    assert writer.page.document().availableUndoSteps() >= 1
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == ""


@pytest.mark.parametrize(
    "tokens",
    [
        ["👩‍", "👩‍", "👧", " 🇫🇷", " e\u0301"],
        ["世", "界", "です", "。"],
        [" مر", "حبا", " بالعالم"],
        ["", " a", "", "b", ""],
    ],
)
def test_any_script_arrives_token_by_token_as_it_is(sit_down: Sit, tokens: list[str]) -> None:
    writer = sit_down(ScriptedEngine(tokens, seconds_per_token=0.03))
    writer.paste_all("é👩 x")
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "é👩 x" + "".join(tokens)
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "é👩 x"


@pytest.mark.parametrize("stop", [False, True])
def test_text_waits_while_an_input_method_composes(sit_down: Sit, stop: bool) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 20, seconds_per_token=0.01))
    writer.paste_all("Top\n\nEnd")
    writer.continue_text()
    writer.wait_for(lambda: "End on on" in writer.text)
    writer.place_caret(3)
    QApplication.sendEvent(writer.page, QInputMethodEvent("にほ", []))
    seen = writer.text
    if stop:
        writer.inkling.continuation.stop()
    writer.wait_for_stream()
    assert writer.text == seen
    assert writer.page.document().firstBlock().layout().preeditAreaText() == "にほ"
    commit = QInputMethodEvent()
    commit.setCommitString("日本")
    QApplication.sendEvent(writer.page, commit)
    assert writer.text.startswith("Top日本\n\nEnd on on")
    assert stop or writer.text == "Top日本\n\nEnd" + " on" * 20


def test_a_text_of_five_megabytes_can_be_continued_in_its_middle(sit_down: Sit) -> None:
    engine = ScriptedEngine(SENTENCE)
    writer = sit_down(engine)
    paragraph = "The quick brown fox jumps over the lazy dog, and the dog sleeps on. " * 8 + "\n"
    text = paragraph * (5_000_000 // len(paragraph))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all(text)
    middle = len(paragraph) * 4000 + len(paragraph) - 1
    writer.place_caret(middle)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == text[:middle] + "".join(SENTENCE).lstrip() + text[middle:]
    assert len(engine.prompts[0]) < 10_000


def test_an_engine_that_raises_is_explained_and_survived(sit_down: Sit) -> None:
    engine = ScriptedEngine([" one", ValueError("secret manuscript"), " two"])
    writer = sit_down(engine)
    writer.type("Count")
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "Count one"
    assert "mistake" in writer.said()
    assert "secret manuscript" not in writer.said()
    engine._script = [" more"]
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "Count one more"


def test_without_a_model_the_writer_is_told(sit_down: Sit, tmp_path) -> None:
    writer = sit_down(ScriptedEngine(load_error=MemoryError()), wait=False)
    writer.wait_for(lambda: writer.inkling.models.is_ready("masked") and writer.notices)
    writer.type("Plain editing goes on")
    writer.continue_text()
    assert "No model is loaded" in writer.said()
    assert writer.text == "Plain editing goes on"


def test_a_model_that_is_still_loading_is_waited_for(sit_down: Sit) -> None:
    engine = HeldEngine(SENTENCE, loading=True)
    writer = sit_down(engine, wait=False)
    writer.wait_for(lambda: writer.inkling.models.is_loading("causal"))
    writer.continue_text()
    assert "made ready" in writer.said()
    engine.may_go_on.set()
    writer.wait_for(lambda: writer.inkling.models.is_ready("causal"))
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "and then the door opened."


def test_with_a_selection_it_goes_on_behind_it(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(SENTENCE))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all("She knocked twice")
    writer.select(4, 11)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "She knocked and then the door opened. twice"


def test_with_the_whole_book_selected_it_goes_on_at_its_end(sit_down: Sit) -> None:
    engine = ScriptedEngine(SENTENCE)
    writer = sit_down(engine)
    book = "She knocked twice, and nobody came.\n" * 3_000 + "She knocked"
    writer.paste_all(book)
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    writer.press(KEY.Key_A, CTRL)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == book + " and then the door opened."
    assert writer.caret == len(writer.text)
    assert writer.page.viewport().rect().contains(writer.page.cursorRect())
    assert book.endswith(engine.prompts[0])
    assert len(engine.prompts[0]) <= 8_000
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == book


def test_in_front_of_everything_it_reads_nothing(sit_down: Sit) -> None:
    engine = ScriptedEngine(SENTENCE)
    writer = sit_down(engine)
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all(" She knocked")
    writer.place_caret(0)
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.prompts == [""]
    assert writer.text == "and then the door opened. She knocked"


def test_the_mark_beside_the_paragraph_continues_and_stops(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(ENDLESS, seconds_per_token=0.01))
    writer.type("Go")
    mark = writer.inkling.mark
    assert mark.isVisible()
    assert mark.accessibleName() == "Continue"
    writer.qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    writer.wait_for(lambda: "on on" in writer.text)
    assert mark.accessibleName() == "Stop"
    writer.qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert not writer.inkling.continuation.is_streaming


def test_the_caret_follows_the_stream_and_keeps_a_fifth_of_the_page_free(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" line\n"] * 100))
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.caret == len(writer.text)
    assert writer.page.cursorRect().bottom() <= writer.page.viewport().height() * 0.8 + 1
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)


def _length(tokens: int):
    from app.settings import MAX_NEW_TOKENS

    return MAX_NEW_TOKENS, tokens
