import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip

from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.insider import (
    ALT,
    NONE,
    OWN,
    Insider,
    hover,
    move_to,
    popup_of,
    sit,
    thinking,
    write_by_model,
)


@pytest.fixture
def engine() -> Insider:
    return Insider(" ran", " low.")


@pytest.fixture
def writer(sit_down: Sit, engine: Insider) -> Writer:
    return sit(sit_down, engine)


def test_hovering_with_alt_opens_a_list_and_a_digit_chooses(writer: Writer) -> None:
    writer.paste_all(OWN)
    writer.place_caret(0)
    hover(writer, "tide")
    popup = popup_of(writer)
    writer.wait_for(popup.isVisible)
    assert popup.words() == ["river", "water", "rain", "tide"]
    assert writer.caret == 0
    accessible = QAccessible.queryAccessibleInterface(popup)
    assert accessible.text(QAccessible.Text.Name) == "Words that the model weighed"
    writer.qtbot.keyClick(popup, KEY.Key_2, ALT)  # Alt may still be held
    assert not popup.isVisible()
    assert writer.text == "The water rose in the night."
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == OWN


def test_hovering_rewrites_what_a_model_wrote(writer: Writer) -> None:
    write_by_model(writer, "The tide rose.")
    hover(writer, "tide")
    writer.wait_for(popup_of(writer).isVisible)
    writer.qtbot.keyClick(popup_of(writer), KEY.Key_Return)
    writer.wait_for_stream()
    assert writer.text == "The river ran low."


def test_a_look_elsewhere_leaves_the_carets_prompt_as_it_was_read(writer: Writer, engine: Insider) -> None:
    lines = [f"Line {number}. Nobody came that night." for number in range(1_000)]
    writer.paste_all("\n".join([OWN, *lines]))
    caret = writer.caret
    prompts = writer.inkling.causal_tools.prompts
    prompts.at(caret - 1_500)  # the writer has gone on since
    before = prompts.at(caret)
    writer.page.verticalScrollBar().setValue(0)
    hover(writer, "tide")
    writer.wait_for(popup_of(writer).isVisible)
    assert engine.asked[-1] == "The "
    assert prompts.at(caret) == before
    writer.qtbot.keyClick(popup_of(writer), KEY.Key_Escape)


def test_nothing_opens_without_alt_in_passing_or_beside_words(writer: Writer, engine: Insider) -> None:
    writer.paste_all(OWN)
    hover(writer, "tide", Qt.KeyboardModifier.NoModifier)
    writer.qtbot.wait(400)
    hover(writer, "tide")
    hover(writer, "night", Qt.KeyboardModifier.NoModifier)  # Alt was let go
    writer.qtbot.wait(400)
    hover(writer, "tide")
    writer.qtbot.keyRelease(writer.page, KEY.Key_Alt)
    writer.qtbot.wait(400)
    hover(writer, "tide")
    writer.press(KEY.Key_BracketRight, ALT)  # Alt was meant for a key
    writer.qtbot.wait(400)
    move_to(writer, QPoint(writer.point_in("night").x() + 200, writer.point_in("night").y()))
    writer.qtbot.wait(400)
    assert engine.asked == []
    assert not popup_of(writer).isVisible()


def test_the_list_closes_with_escape_and_when_the_pointer_leaves(writer: Writer) -> None:
    writer.paste_all(OWN)
    popup = popup_of(writer)
    hover(writer, "tide")
    writer.wait_for(popup.isVisible)
    writer.qtbot.keyClick(popup, KEY.Key_Escape)
    assert not popup.isVisible()
    hover(writer, "tide")
    writer.wait_for(popup.isVisible)
    inside = QPointF(popup.mapToGlobal(QPoint(20, -2)))
    far = QPointF(popup.mapToGlobal(QPoint(popup.width() + 200, popup.height() + 200)))
    for place, is_open in ((inside, True), (far, False)):
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(), place, NONE, NONE, ALT)
        QApplication.sendEvent(popup, event)
        assert popup.isVisible() == is_open
    assert writer.text == OWN


def test_letting_alt_go_gives_up_what_was_asked(writer: Writer, engine: Insider) -> None:
    writer.paste_all(OWN)
    with thinking(engine):
        hover(writer, "tide")
        writer.wait_for(lambda: "Asking the model" in QToolTip.text())
        writer.qtbot.keyRelease(writer.page, KEY.Key_Alt)
        writer.wait_for(lambda: not QToolTip.isVisible(), timeout=5_000)
    writer.qtbot.wait(200)
    assert not popup_of(writer).isVisible()


def test_while_the_model_writes_hovering_says_so(sit_down: Sit) -> None:
    writer = sit(sit_down, Insider(*[" on"] * 100_000, seconds_per_token=0.01))
    writer.paste_all(OWN)
    writer.continue_text()
    hover(writer, "tide")
    writer.wait_for(lambda: "The model is writing" in QToolTip.text())
    writer.press(KEY.Key_Escape)
    writer.wait_for_stream()
