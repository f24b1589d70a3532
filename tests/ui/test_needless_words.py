import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.settings import THEME
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.theme import Colours

CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier
TEXT = "A very old dog. 😀 It was really old and really cold.\nThe very last."


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    writer = sit_down(masked=ScriptedEngine(needless=["very", "really"]))
    writer.paste_all(TEXT)
    return writer


def marked(writer: Writer) -> list[str]:
    return [mark.word.selectedText() for mark in writer.inkling.masked_tools.needless_marks.marks]


def painted(writer: Writer) -> list[str]:
    return [selection.cursor.selectedText() for selection in writer.page.extraSelections()]


def underlines(writer: Writer) -> set[str]:
    selections = writer.page.extraSelections()
    return {selection.format.underlineColor().name() for selection in selections}


def find(writer: Writer) -> None:
    writer.press(KEY.Key_D, CTRL_SHIFT)
    writer.wait_for(lambda: not writer.inkling.masked_tools.checker.is_running)


def find_in_first_paragraph(writer: Writer) -> None:
    writer.place_caret(0)
    find(writer)
    assert marked(writer) == ["very", "really", "really"]


def test_the_carets_paragraph_is_looked_at(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    assert painted(writer) == marked(writer)
    assert writer.text == TEXT
    assert not writer.page.document().isModified()
    assert "3 words" in writer.said()


def test_a_selection_is_looked_at(writer: Writer) -> None:
    writer.select(TEXT.index("It") + 1, len(TEXT) + 1)
    find(writer)
    assert marked(writer) == ["really", "really", "very"]
    writer.select(16, 33)
    find(writer)
    assert marked(writer) == ["really"]


def test_no_marks_are_reported_kindly(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("Call me Ishmael.")
    find(writer)
    assert "No word here" in writer.said()


def test_ctrl_click_takes_a_word_out_as_one_step(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, CTRL, writer.point_in("very"))
    assert writer.text == TEXT.replace("A very old", "An old")
    assert marked(writer) == ["really", "really"]
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == TEXT


def test_the_same_command_in_a_marked_word_takes_it_out(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    writer.place_caret(TEXT.index("really") + 3)  # 😀 counts two units: the second letter
    writer.press(KEY.Key_D, CTRL_SHIFT)
    assert writer.text == TEXT.replace("was really", "was")
    assert marked(writer) == ["very", "really"]
    assert painted(writer) == ["very", "really"]


def test_a_plain_click_only_places_the_caret(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    writer.qtbot.mouseClick(writer.page.viewport(), Qt.MouseButton.LeftButton, pos=writer.point_in("very"))
    assert writer.text == TEXT
    assert 2 <= writer.caret <= 6


def test_escape_hides_all_marks(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    writer.press(KEY.Key_Escape)
    assert marked(writer) == painted(writer) == []


def test_marks_vanish_for_a_sentence_that_is_edited(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    writer.place_caret(TEXT.index(" It") + 4)
    writer.type("x")
    assert marked(writer) == ["very"]
    writer.place_caret(len(TEXT))
    writer.type("x")
    assert marked(writer) == ["very"]
    writer.place_caret(1)
    writer.type("x")
    assert marked(writer) == painted(writer) == []


def test_another_text_has_no_marks(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    writer.paste_all("A very new text.")
    assert marked(writer) == []


def test_hovering_explains(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    point = writer.point_in("very")
    viewport = writer.page.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))
    assert "read better without" in QToolTip.text()
    point = writer.point_in("dog")
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))
    writer.wait_for(lambda: not QToolTip.isVisible())


def test_marks_follow_the_theme(writer: Writer) -> None:
    find_in_first_paragraph(writer)
    light, dark = Colours.named("light").accent, Colours.named("dark").accent
    assert underlines(writer) == {light}
    writer.inkling.settings.change(THEME, "dark")
    assert underlines(writer) == {dark}
    writer.inkling.settings.change(THEME, "light")


@pytest.fixture
def slow(sit_down: Sit) -> Writer:
    writer = sit_down(masked=ScriptedEngine(words=["wolf"], needless=["very"], seconds_per_token=0.02))
    writer.paste_all("A very old fox.\n" * 300)
    writer.page.selectAll()
    writer.press(KEY.Key_D, CTRL_SHIFT)
    return writer


def test_a_long_search_shows_how_far_it_is_and_escape_ends_it(slow: Writer) -> None:
    checker = slow.inkling.masked_tools.checker
    fractions: list[float | None] = []
    checker.progressed.connect(fractions.append)
    slow.wait_for(lambda: len(fractions) > 3)
    assert slow.inkling.actions["stop"].isEnabled()
    slow.press(KEY.Key_Escape)
    assert not checker.is_running
    assert not slow.inkling.actions["stop"].isEnabled()
    assert fractions[-1] is None
    found = marked(slow)
    slow.qtbot.wait(100)
    assert marked(slow) == found
    assert not slow.notices


def test_words_are_offered_and_text_is_typed_meanwhile(slow: Writer) -> None:
    slow.place_caret(13)
    slow.press(KEY.Key_Period, CTRL)
    slow.wait_for(slow.inkling.masked_tools.word_popup.isVisible)
    assert slow.inkling.masked_tools.checker.is_running
    slow.qtbot.keyClick(slow.inkling.masked_tools.word_popup, KEY.Key_Return)
    assert slow.text.startswith("A very old wolf.\nA very")
    slow.inkling.masked_tools.checker.stop()


def test_a_paragraph_that_changed_meanwhile_is_left_out(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(needless=["very"], seconds_per_token=0.05))
    writer.paste_all("A very old fox.\nThe very last.\nA very long day.")
    writer.page.selectAll()
    writer.press(KEY.Key_D, CTRL_SHIFT)
    writer.place_caret(20)
    writer.type("x")
    assert writer.inkling.masked_tools.checker.is_running
    writer.wait_for(lambda: not writer.inkling.masked_tools.checker.is_running)
    marks = writer.inkling.masked_tools.needless_marks.marks
    assert [mark.word.block().text() for mark in marks] == ["A very old fox.", "A very long day."]
    assert painted(writer) == ["very", "very"]


def test_without_a_model_the_words_say_so(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(load_error=InklingError("It is damaged.", "")), wait=False)
    writer.wait_for(lambda: "damaged" in writer.said())
    writer.inkling.actions["needless_words"].trigger()
    assert "No model is loaded" in writer.said()


def test_a_failure_is_told_and_the_search_is_over(sit_down: Sit) -> None:
    class Failing(ScriptedEngine):
        def find_needless(self, text: str, start: int, end: int):
            raise RuntimeError("the manuscript")

    writer = sit_down(masked=Failing())
    writer.paste_all("A very old dog.")
    writer.inkling.masked_tools.needless.find_or_take_out()
    writer.wait_for(lambda: writer.notices)
    assert "manuscript" not in writer.said()
    assert not writer.inkling.masked_tools.checker.is_running
