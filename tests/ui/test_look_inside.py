import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.document.manuscript import Author, Manuscript, Source
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.insider import (
    OWN,
    SHIFT,
    Insider,
    hover,
    open_panel,
    panel_of,
    popup_of,
    rows_of,
    sit,
    thinking,
    write_by_model,
)
from ui.editor.plain_text import text_between


@pytest.fixture
def engine() -> Insider:
    return Insider(" ran", " low.")


@pytest.fixture
def writer(sit_down: Sit, engine: Insider) -> Writer:
    return sit(sit_down, engine)


def press_in_panel(writer: Writer, key: Qt.Key) -> None:
    writer.qtbot.keyClick(panel_of(writer).rows, key)


def authors(writer: Writer, text: str) -> set[Author]:
    start = writer.text.index(text)
    return {source.author for _, _, source in writer.page.sources.spans(start, start + len(text))}


def test_the_panel_shows_what_the_model_weighed_at_the_caret(writer: Writer, engine: Insider) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    assert rows_of(writer) == ["river", "water", "rain", "tide"]
    assert engine.asked[-1] == "The "
    assert engine.weighed[-1] == ("The ", ("tide",))
    said = panel_of(writer).words
    assert "“tide”" in said
    assert f"10 bits, 1 in {QLocale().toString(1000)}" in said
    assert "Nothing else changes" in said
    assert writer.inkling.actions["inside"].isChecked()
    rows = panel_of(writer).rows
    assert rows.hasFocus()
    names = [rows.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.count())]
    assert names[0] == "river, 34 %, 1 of 4"
    assert names[3] == "tide, <1 %, stands here, 4 of 4"


def test_a_word_of_the_writers_own_is_only_swapped(writer: Writer) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    press_in_panel(writer, KEY.Key_1)
    assert writer.text == "The river rose in the night."
    assert authors(writer, "river") == {Author.WORD}
    assert authors(writer, " rose in the night.") == {Author.EARLIER}
    assert not writer.inkling.continuation.is_streaming
    assert writer.page.hasFocus()
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == OWN
    assert not writer.page.document().isUndoAvailable()


def test_arrows_and_return_choose_too_and_the_case_is_the_models(sit_down: Sit) -> None:
    writer = sit(sit_down, Insider())
    writer.paste_all("Tide rose.")
    open_panel(writer, 2)
    press_in_panel(writer, KEY.Key_Home)
    press_in_panel(writer, KEY.Key_Down)
    press_in_panel(writer, KEY.Key_Return)
    assert writer.text == "water rose."


def test_a_click_chooses(writer: Writer) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    rows = panel_of(writer).rows
    point = rows.visualItemRect(rows.item(1)).center()
    writer.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert writer.text == "The water rose in the night."


def test_the_word_that_stands_there_is_no_choice(writer: Writer) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    press_in_panel(writer, KEY.Key_4)
    press_in_panel(writer, KEY.Key_9)
    press_in_panel(writer, KEY.Key_Return)
    assert writer.text == OWN


def test_in_a_passage_of_a_models_it_goes_on_from_the_new_word(writer: Writer, engine: Insider) -> None:
    writer.type("Then ")
    write_by_model(writer, "the tide rose.\n\nAnna slept.")
    writer.type(" Mine.")
    before = writer.text
    open_panel(writer, before.index("tide") + 1)
    assert "It goes on from the word that you choose" in panel_of(writer).words
    press_in_panel(writer, KEY.Key_1)
    writer.wait_for_stream()
    assert writer.text == "Then the river ran low. Mine."
    assert engine.prompts[-1] == "Then the river"
    assert authors(writer, "the river ran low.") == {Author.CONTINUATION}
    assert authors(writer, " Mine.") == {Author.WRITER}
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == before
    writer.press(KEY.Key_Y, CTRL)
    assert writer.text == "Then the river ran low. Mine."


def test_a_swapped_word_within_a_passage_goes_with_it(writer: Writer) -> None:
    write_by_model(writer, "The tide rose in the ")
    writer.page.undo_steps.insert(writer.page.textCursor(), Manuscript.of_one("morning", Source(Author.WORD)))
    write_by_model(writer, " again.")
    open_panel(writer, 6)
    press_in_panel(writer, KEY.Key_2)
    writer.wait_for_stream()
    assert writer.text == "The water ran low."


def test_a_models_word_that_the_writer_changed_is_replaced_whole(writer: Writer) -> None:
    write_by_model(writer, "The tide rose.")
    writer.place_caret(len("The tide"))
    writer.type("s")
    open_panel(writer, 6)
    assert "“tides”" in panel_of(writer).words
    press_in_panel(writer, KEY.Key_1)
    writer.wait_for_stream()
    assert writer.text == "The river ran low."


def test_the_panel_follows_the_caret_and_what_is_written(writer: Writer, engine: Insider) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    writer.page.setFocus()
    writer.press(KEY.Key_Right, CTRL)
    writer.press(KEY.Key_Right)
    writer.wait_for(lambda: "“rose”" in panel_of(writer).words)
    assert engine.asked[-1] == "The tide "
    count = len(engine.asked)
    writer.press(KEY.Key_Right)  # the same word
    writer.qtbot.wait(400)
    assert len(engine.asked) == count
    writer.place_caret(4)
    writer.type("x")
    writer.wait_for(lambda: "“xtide”" in panel_of(writer).words)
    writer.place_caret(len(writer.text))
    writer.type("  ")
    writer.wait_for(lambda: panel_of(writer).words == "Put the caret in a word.")
    assert rows_of(writer) == []


def test_nothing_is_asked_while_the_panel_is_closed(writer: Writer, engine: Insider) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    press_in_panel(writer, KEY.Key_Escape)
    assert not writer.inkling.actions["inside"].isChecked()
    count = len(engine.asked)
    writer.place_caret(10)
    writer.qtbot.wait(400)
    assert len(engine.asked) == count


def test_the_panel_waits_for_a_stream(sit_down: Sit) -> None:
    engine = Insider(*[" on"] * 100_000, seconds_per_token=0.01)
    writer = sit(sit_down, engine)
    writer.paste_all(OWN)
    writer.continue_text()
    writer.place_caret(6)
    writer.press(KEY.Key_L, CTRL | SHIFT)
    writer.wait_for(lambda: "The model is writing" in panel_of(writer).words)
    assert engine.asked == []
    writer.press(KEY.Key_Escape)
    writer.wait_for(lambda: rows_of(writer))
    assert engine.asked == ["The "]


def test_a_slow_answer_is_announced_and_typing_gives_it_up(writer: Writer, engine: Insider) -> None:
    writer.paste_all(OWN)
    writer.place_caret(6)
    with thinking(engine):
        writer.press(KEY.Key_L, CTRL | SHIFT)
        writer.wait_for(lambda: "Asking the model" in panel_of(writer).words)
        writer.type("x")
    writer.wait_for(lambda: rows_of(writer))
    assert "“tixde”" in panel_of(writer).words
    assert "Asking" not in panel_of(writer).words
    assert [texts for _, texts in engine.weighed] == [("tixde",)]


def test_the_keyboard_stays_where_it_is_while_rows_come_and_go(writer: Writer) -> None:
    writer.paste_all("The tide.  ")
    writer.press(KEY.Key_L, CTRL | SHIFT)
    writer.wait_for(lambda: panel_of(writer).words == "Put the caret in a word.")
    assert panel_of(writer).rows.hasFocus()
    writer.page.setFocus()
    writer.place_caret(6)
    writer.wait_for(lambda: rows_of(writer))
    assert writer.page.hasFocus()
    panel_of(writer).setFocus()
    for role in ("masked", "causal"):
        writer.inkling.models.load(role)
        assert bool(rows_of(writer)) == (role == "masked")
        writer.wait_for(lambda role=role: writer.inkling.models.is_ready(role))
        writer.wait_for(lambda: rows_of(writer))
        assert panel_of(writer).rows.hasFocus()


def test_what_is_no_word_is_not_asked_about(writer: Writer, engine: Insider) -> None:
    writer.paste_all("x" * 1_000)
    writer.press(KEY.Key_L, CTRL | SHIFT)
    writer.wait_for(lambda: panel_of(writer).words == "This is too long for a word.")
    assert engine.asked == []


def test_nothing_is_swapped_while_an_input_method_composes(writer: Writer) -> None:
    writer.paste_all(OWN)
    open_panel(writer, 6)
    QApplication.sendEvent(writer.page, QInputMethodEvent("か", []))
    press_in_panel(writer, KEY.Key_1)
    assert writer.text == OWN


def test_without_a_model_the_panel_says_what_to_do(sit_down: Sit) -> None:
    engine = ScriptedEngine(load_error=InklingError("Broken.", "Choose another."))
    writer = sit_down(engine, wait=False)
    writer.wait_for(lambda: not writer.inkling.models.is_loading("causal"))
    writer.paste_all(OWN)
    writer.place_caret(6)
    writer.press(KEY.Key_L, CTRL | SHIFT)
    assert "Choose one in Preferences" in panel_of(writer).words


def test_an_error_is_said(sit_down: Sit) -> None:
    writer = sit(sit_down, Insider(error=InklingError("Memory ran out.", "Choose a smaller model.")))
    writer.paste_all(OWN)
    writer.place_caret(6)
    writer.press(KEY.Key_L, CTRL | SHIFT)
    writer.wait_for(lambda: "Memory ran out. Choose a smaller model." in panel_of(writer).words)


def test_the_document_knows_nothing_of_it(writer: Writer) -> None:
    writer.paste_all(OWN)
    writer.page.document().setModified(False)
    open_panel(writer, 6)
    hover(writer, "night")
    writer.wait_for(popup_of(writer).isVisible)
    assert not writer.page.document().isModified()
    assert text_between(writer.page.document(), 0, len(OWN)) == OWN
    writer.qtbot.keyClick(popup_of(writer), KEY.Key_Escape)
