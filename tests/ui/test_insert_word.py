import pytest
from PySide6.QtCore import Qt

from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from tests.ui.conftest import CTRL, KEY, Sit, Writer

WORDS = ["big", "great", "huge", "vast"]
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down(masked=ScriptedEngine(words=WORDS))


def ask(writer: Writer, position: int) -> None:
    writer.place_caret(position)
    writer.press(KEY.Key_I, CTRL_SHIFT)


def open_at(writer: Writer, position: int) -> None:
    ask(writer, position)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)


def press_in_popup(writer: Writer, key: Qt.Key) -> None:
    writer.qtbot.keyClick(writer.inkling.masked_tools.word_popup, key)


@pytest.mark.parametrize(
    ("text", "position", "changed", "caret"),
    [
        ("A house.", 2, "A huge house.", 6),
        ("A house.", 1, "A huge house.", 6),
        ("A house.", 7, "A house huge.", 12),
        ("“A” house", 1, "“Huge a” house", 5),
        ("😀 a house", 5, "😀 a huge house", 9),
        ("One.\nTwo", 5, "One.\nHuge Two", 9),
        ("", 0, "Huge", 4),
    ],
)
def test_a_word_is_put_in_as_one_step(
    writer: Writer, text: str, position: int, changed: str, caret: int
) -> None:
    writer.paste_all(text)
    open_at(writer, position)
    press_in_popup(writer, KEY.Key_3)
    assert (writer.text, writer.caret) == (changed, caret)
    writer.type("x")
    writer.press(KEY.Key_Z, CTRL)
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == text


def test_the_list_shows_the_words_as_they_will_be_written(writer: Writer) -> None:
    writer.paste_all("house")
    open_at(writer, 0)
    assert writer.inkling.masked_tools.word_popup.words() == ["Big", "Great", "Huge", "Vast"]
    press_in_popup(writer, KEY.Key_Escape)
    assert writer.text == "house"


def test_the_model_is_asked_in_code_points(sit_down: Sit) -> None:
    engine = ScriptedEngine(words=WORDS)
    writer = sit_down(masked=engine)
    writer.paste_all("😀😀 large")
    open_at(writer, 5)
    assert engine.passages == [("😀😀 large", 3, 3)]
    press_in_popup(writer, KEY.Key_Escape)


@pytest.mark.parametrize("position", [1, 3, 4, 7])
def test_inside_a_word_one_sentence_says_what_to_do(writer: Writer, position: int) -> None:
    writer.paste_all("don't go")
    ask(writer, position)
    assert "between two words" in writer.said()
    assert len(writer.notices) == 1


def test_without_a_model_the_words_say_so(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(load_error=InklingError("It is damaged.", "")), wait=False)
    writer.wait_for(lambda: "damaged" in writer.said())
    writer.inkling.actions["insert_word"].trigger()
    assert "No model is loaded" in writer.said()


def test_behind_a_selection_is_the_gap(writer: Writer) -> None:
    writer.paste_all("A house.")
    writer.select(0, 1)
    writer.press(KEY.Key_I, CTRL_SHIFT)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == "A big house."


def test_an_answer_for_a_text_that_changed_is_dropped(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 3, seconds_per_token=0.3), ScriptedEngine(words=WORDS))
    writer.paste_all("A house.\n\nEnd")
    writer.continue_text()  # the worker is busy for 0.3 s between two looks at its inbox
    ask(writer, 1)
    writer.place_caret(0)
    writer.wait_for_stream()
    writer.qtbot.wait(50)
    assert not writer.inkling.masked_tools.word_popup.isVisible()


def test_the_two_lists_of_words_do_not_mix(writer: Writer) -> None:
    writer.paste_all("A large house.")
    writer.place_caret(4)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)
    press_in_popup(writer, KEY.Key_Escape)
    open_at(writer, 8)
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == "A large big house."


def test_a_word_that_is_moved_to_is_tried_in_the_sentence(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.editor.word_preview.announce", lambda widget, message: said.append(message))
    writer.paste_all("No. The house. Yes.")
    open_at(writer, 4)
    preview = writer.inkling.masked_tools.word_preview
    press_in_popup(writer, KEY.Key_Down)
    assert preview.isVisible()
    assert said == ["Great the house."]
    press_in_popup(writer, KEY.Key_Escape)
    assert not preview.isVisible()
    assert writer.text == "No. The house. Yes."


def test_words_typed_before_the_answer_leave_the_gap_behind(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 3, seconds_per_token=0.3), ScriptedEngine(words=WORDS))
    writer.paste_all("A house.\n\nEnd")
    writer.continue_text()
    ask(writer, 2)
    writer.type("x")
    writer.wait_for_stream()
    writer.qtbot.wait(50)
    assert not writer.inkling.masked_tools.word_popup.isVisible()
