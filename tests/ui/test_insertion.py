"""Continue between two texts, at the real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.document.manuscript import Author
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.settings import READ_FOLLOWING
from tests.several_ways import SeveralWays
from tests.ui.conftest import CTRL, KEY, Sit, Writer

WAYS = [" A dog slept.", " It rained. It poured. And"]
LIKELY = {" It rained.": -2.0}
ALT = Qt.KeyboardModifier.AltModifier
TEXT = "He ran.\n\nNight fell on the town."


def engine(seconds: float = 0.0, **script: object) -> SeveralWays:
    return SeveralWays(WAYS, LIKELY, seconds_per_token=seconds, **script)


def insert(writer: Writer, text: str = TEXT, place: int = 7) -> None:
    writer.paste_all(text)
    writer.place_caret(place)
    writer.continue_text()


def wait(writer: Writer) -> None:
    writer.wait_for(lambda: not writer.inkling.causal_tools.is_writing)


def test_continue_between_two_texts_puts_in_what_leads_into_the_second(sit_down: Sit) -> None:
    writer = sit_down(engine())
    insert(writer)
    wait(writer)
    assert writer.text == "He ran. It rained.\n\nNight fell on the town."
    assert writer.caret == len("He ran. It rained.")
    assert writer.page.sources.between(7, 18).runs[0][1].author is Author.CONTINUATION
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == TEXT


def test_retry_puts_another_in_its_place_as_one_step(sit_down: Sit) -> None:
    script = engine()
    writer = sit_down(script)
    insert(writer)
    wait(writer)
    put_in = writer.text
    script.prompts.clear()
    writer.press(KEY.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    writer.wait_for(lambda: script.prompts)
    wait(writer)
    assert script.prompts == ["He ran."]
    assert writer.text == put_in  # the same ways are weighed alike
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == put_in
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == TEXT


def test_editing_what_is_retried_ends_that(sit_down: Sit) -> None:
    writer = sit_down(engine(0.05))
    insert(writer)
    wait(writer)
    writer.press(KEY.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert writer.inkling.causal_tools.insertion.is_running
    writer.place_caret(9)
    writer.type("x")
    assert not writer.inkling.causal_tools.insertion.is_running


@pytest.mark.parametrize("text", ["He ran.", "He ran.\n\n  \n"])
def test_without_a_text_that_follows_it_streams(sit_down: Sit, text: str) -> None:
    script = engine()
    writer = sit_down(script)
    insert(writer, text)
    writer.wait_for_stream()
    assert writer.text.startswith("He ran. A dog slept.")
    assert not script.weighed


def test_the_setting_switches_it_off(sit_down: Sit) -> None:
    script = engine()
    writer = sit_down(script)
    writer.inkling.settings.change(READ_FOLLOWING, False)
    insert(writer)
    writer.wait_for_stream()
    assert writer.text.startswith("He ran. A dog slept.\n\nNight")
    assert not script.weighed


def test_the_others_can_be_swapped_in(sit_down: Sit) -> None:
    writer = sit_down(engine())
    insert(writer)
    wait(writer)
    writer.press(KEY.Key_Down, ALT)
    assert writer.text == "He ran. A dog slept.\n\nNight fell on the town."
    writer.press(KEY.Key_Up, ALT)
    assert writer.text == "He ran. It rained.\n\nNight fell on the town."


def test_in_front_of_everything_only_what_follows_is_read(sit_down: Sit) -> None:
    script = engine()
    writer = sit_down(script)
    insert(writer, "Night fell on the town.", 0)
    wait(writer)
    assert script.prompts == [""]
    assert writer.text == "A dog slept. Night fell on the town."


def test_on_an_empty_line_a_paragraph_comes_in(sit_down: Sit) -> None:
    writer = sit_down(engine())
    insert(writer, TEXT, len("He ran.\n"))
    wait(writer)
    assert writer.text == "He ran.\n\nA dog slept.\n\nNight fell on the town."


def test_it_says_what_it_does_and_esc_stops_it(sit_down: Sit) -> None:
    writer = sit_down(engine(0.3))
    said: list[str] = []
    shown: list[float | None] = []
    insertion = writer.inkling.causal_tools.insertion

    def stop_once_it_weighs(state: str) -> None:
        said.append(state)
        if state == "Weighing 6 ways on…":
            writer.press(KEY.Key_Escape)

    insertion.state_changed.connect(stop_once_it_weighs)
    insertion.progressed.connect(shown.append)
    insert(writer)
    assert writer.inkling.actions["stop"].isEnabled()
    assert writer.inkling.mark.accessibleName() == "Stop"
    writer.wait_for(lambda: not insertion.is_running)
    assert said == ["Reading what follows…", "Weighing 6 ways on…", ""]
    assert shown[-1] is None
    assert writer.inkling.mark.accessibleName() == "Continue"
    writer.qtbot.wait(200)
    assert writer.text == TEXT


@pytest.mark.parametrize("place", [7, 3, len("He ran.\n\nNight")])
def test_an_edit_around_the_place_gives_it_up(sit_down: Sit, place: int) -> None:
    writer = sit_down(engine(0.05))
    insert(writer)
    writer.place_caret(place)
    writer.type("x")
    assert not writer.inkling.causal_tools.is_writing
    writer.qtbot.wait(400)
    assert writer.text == TEXT[:place] + "x" + TEXT[place:]


def test_an_edit_far_away_does_not_and_the_place_goes_along(sit_down: Sit) -> None:
    far = "Once upon a time. " * 30 + "\n\n"
    writer = sit_down(engine(0.05))
    insert(writer, far + TEXT, len(far) + 7)
    writer.place_caret(4)
    writer.type(", yes,")
    assert writer.inkling.causal_tools.is_writing
    wait(writer)
    assert writer.text == "Once, yes," + far[4:] + "He ran. It rained.\n\nNight fell on the town."
    assert writer.caret == len("Once, yes,")


def test_it_comes_out_of_sight_and_what_is_read_stays_in_its_place(sit_down: Sit) -> None:
    writer = sit_down(engine(0.05))
    far = " And it was dark. " * 60 + "\n\n" + "\n".join(f"line {number}" for number in range(300))
    insert(writer, TEXT + far)
    writer.place_caret(len(writer.text) - 200)
    bar = writer.page.verticalScrollBar()
    bar.setValue(bar.value() - 5)  # not where Qt would put it
    first, caret = writer.page.firstVisibleBlock().text(), len(writer.text) - writer.caret
    wait(writer)
    assert "It rained." in writer.text
    assert writer.page.firstVisibleBlock().text() == first
    assert len(writer.text) - writer.caret == caret


def test_a_retry_elsewhere_gives_it_up(sit_down: Sit) -> None:
    writer = sit_down(engine(0.05))
    writer.paste_all("Once upon a time.")
    writer.continue_text()
    writer.wait_for_stream()
    written = writer.text
    writer.place_caret(len("Once"))
    writer.continue_text()
    assert writer.inkling.causal_tools.insertion.is_running
    writer.press(KEY.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert not writer.inkling.causal_tools.insertion.is_running
    writer.wait_for_stream()
    assert writer.text == written  # the same is written again


def test_undone_meanwhile_it_is_given_up(sit_down: Sit) -> None:
    writer = sit_down(engine(0.05))
    writer.paste_all(TEXT)
    writer.place_caret(7)
    writer.type(" Fast.")
    writer.continue_text()
    writer.press(KEY.Key_Z, CTRL)
    assert not writer.inkling.causal_tools.is_writing
    writer.qtbot.wait(400)
    assert writer.text == TEXT


def test_what_is_found_waits_for_an_input_method(sit_down: Sit) -> None:
    far = "Once upon a time. " * 30 + "\n\n"
    writer = sit_down(engine(0.02))
    insert(writer, far + TEXT, len(far) + 7)
    writer.place_caret(0)
    QApplication.sendEvent(writer.page, QInputMethodEvent("か", []))
    writer.qtbot.wait(500)
    assert "rained" not in writer.text
    QApplication.sendEvent(writer.page, QInputMethodEvent())
    wait(writer)
    assert writer.text == far + "He ran. It rained.\n\nNight fell on the town."


def test_started_anew_elsewhere_only_the_second_comes(sit_down: Sit) -> None:
    writer = sit_down(engine(0.03))
    insert(writer, TEXT + "\n\nDay broke at last.")
    writer.place_caret(len(TEXT))
    writer.continue_text()
    wait(writer)
    assert writer.text == TEXT + " It rained.\n\nDay broke at last."


def test_the_mark_starts_and_stops_it(sit_down: Sit) -> None:
    writer = sit_down(engine(0.05))
    writer.paste_all(TEXT)
    writer.place_caret(7)
    writer.inkling.mark.click()
    assert writer.inkling.causal_tools.insertion.is_running
    writer.inkling.mark.click()
    assert not writer.inkling.causal_tools.is_writing


def test_a_failure_is_told(sit_down: Sit) -> None:
    failing = SeveralWays(WAYS, {})
    failing.weigh = ScriptedEngine(logprobs=None).weigh  # type: ignore[method-assign]

    def broken(*_: object) -> object:
        raise InklingError("Memory ran out.", "Close something.")

    failing.generate_several = broken  # type: ignore[method-assign,assignment]
    writer = sit_down(failing)
    insert(writer)
    wait(writer)
    assert "Memory ran out." in writer.said()
    assert writer.text == TEXT


def test_nothing_to_say_is_said(sit_down: Sit) -> None:
    writer = sit_down(SeveralWays([""], {}))
    insert(writer)
    wait(writer)
    assert "Nothing was found" in writer.said()
    assert writer.text == TEXT


def test_opening_a_file_gives_it_up(sit_down: Sit, tmp_path) -> None:
    other = tmp_path / "other.md"
    other.write_text("Another text.")
    writer = sit_down(engine(0.05))
    insert(writer)
    writer.page.document().setModified(False)
    writer.open(other)
    writer.qtbot.wait(300)
    assert writer.text == "Another text."


def test_the_second_model_is_heard_too(sit_down: Sit) -> None:
    masked = ScriptedEngine(joins={"It rained.": 0.001})
    writer = sit_down(SeveralWays([" It rained.", " A dog slept."], {}), masked)
    insert(writer)
    wait(writer)
    assert writer.text.startswith("He ran. A dog slept.\n\n")
    assert ("He ran.", "It rained.") in zip(masked.sentences[0], masked.sentences[0][1:], strict=False)
