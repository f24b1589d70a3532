"""When ghost text is silent, and that it never appears at another place than the one it was asked for."""

import hashlib
import time
from random import Random
from threading import Event

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt
from PySide6.QtGui import QDropEvent

from app.assist.ghost_pace import LONGEST_MS
from app.engines.prompts import as_text
from app.engines.protocols import Checked, LoadStep, NextWord
from app.engines.scripted import ScriptedEngine
from app.settings import GHOST
from tests.held import GLANCE
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.ghosts import (
    GHOST_WORDS,
    PAUSE_MS,
    TOKENS,
    compose,
    ghost_writer,
    hasten,
    preedit,
    stays_silent,
    wait_for_ghost,
)
from tests.waiting import PATIENCE

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return hasten(sit_down(ghost_writer()))


def dropped(text: str) -> QMimeData:
    content = QMimeData()
    content.setText(text)
    return content


@pytest.mark.parametrize(
    "what", ["deleting", "undoing", "pasting", "dropping", "selecting", "moving", "return"]
)
def test_it_is_silent_after(writer: Writer, what: str) -> None:
    writer.type("Some words")
    if what == "deleting":
        writer.press(KEY.Key_Backspace)
    elif what == "undoing":
        writer.press(KEY.Key_Z, CTRL)
        writer.press(KEY.Key_Y, CTRL)
    elif what == "pasting":
        writer.page.insertFromMimeData(dropped(" pasted"))
    elif what == "dropping":
        content = dropped("dropped ")
        event = QDropEvent(
            QPointF(2, 5),
            Qt.DropAction.CopyAction,
            content,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        writer.page.dropEvent(event)
        assert "dropped" in writer.text
    elif what == "selecting":
        writer.press(KEY.Key_Left, SHIFT)
    elif what == "moving":
        writer.press(KEY.Key_Home)
        writer.press(KEY.Key_End)
    else:
        writer.press(KEY.Key_Return)
    assert stays_silent(writer)


@pytest.mark.parametrize("what", ["find bar", "word popup", "menu", "preferences", "switch"])
def test_it_is_silent_while_something_else_has_the_focus(sit_down: Sit, what: str) -> None:
    writer = hasten(sit_down(ghost_writer(), ScriptedEngine(words=["other"])))
    inkling = writer.inkling
    writer.type("Some words")
    if what == "find bar":
        writer.press(KEY.Key_F, CTRL)
    elif what == "word popup":
        writer.press(KEY.Key_Period, CTRL)
        writer.wait_for(inkling.masked_tools.word_popup.isVisible)
    elif what == "menu":
        menu = writer.page.createStandardContextMenu()
        menu.popup(writer.page.mapToGlobal(writer.page.rect().center()))
    elif what == "preferences":
        inkling.preferences.show_section("ghost")
        inkling.preferences.activateWindow()
    else:
        inkling.settings.change(GHOST, False)
    assert stays_silent(writer)
    if what == "menu":
        menu.close()
        menu.deleteLater()


@pytest.mark.parametrize(("text", "caret"), [("", 0), ("  \n \n", 4), ("Tail of it", 0)])
def test_it_is_silent_where_nothing_stands_before_the_caret(writer: Writer, text: str, caret: int) -> None:
    writer.paste_all(text)
    writer.place_caret(caret)
    writer.type(" ")
    assert stays_silent(writer)


class Late(ScriptedEngine):
    """Loads, and answers, once it may, and tells when its words are on their way to the window."""

    def __init__(self) -> None:
        super().__init__(TOKENS)
        self.may_load, self.may_answer, self.is_asked, self.has_answered = (Event() for _ in range(4))

    def load(self, folder, device, precision="auto"):
        while not self.may_load.wait(GLANCE):
            yield LoadStep(0.0, "Waiting")
        return (yield from super().load(folder, device, precision))

    def next_words(self, prompt, count):
        if self.may_answer.is_set():
            self.has_answered.set()
        self.is_asked.set()
        while not self.may_answer.wait(GLANCE):
            yield Checked(0, 1)
        return (yield from super().next_words(prompt, count))


def test_it_is_silent_while_the_model_is_loaded(sit_down: Sit) -> None:
    engine = Late()
    writer = hasten(sit_down(engine, wait=False))
    writer.type("Some words")
    assert stays_silent(writer)
    engine.may_load.set()
    writer.wait_for(lambda: writer.inkling.models.is_ready("causal"))
    engine.may_answer.set()
    assert stays_silent(writer)
    writer.type("!")
    wait_for_ghost(writer)


def test_it_is_silent_while_an_input_method_composes(writer: Writer) -> None:
    writer.type("Some words")
    compose(writer, preedit="にほ")
    assert stays_silent(writer)
    compose(writer, commit="日本")
    assert writer.text == "Some words日本"
    wait_for_ghost(writer)


def test_a_composition_that_begins_has_the_place_for_itself(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    compose(writer)  # says nothing, as some input methods do with each key
    assert writer.inkling.ghost.text == GHOST_WORDS
    compose(writer, preedit="に")
    assert not writer.inkling.ghost.text
    assert preedit(writer) == "に"
    compose(writer, commit="日")
    assert writer.text == "Empty日"
    assert not writer.inkling.ghost.text


def test_it_is_silent_when_the_model_is_not_sure(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(logprob=-3.0)))
    writer.type("Empty")
    assert stays_silent(writer)


def test_it_is_silent_while_a_stream_runs(sit_down: Sit) -> None:
    writer = hasten(sit_down(ScriptedEngine([" on"] * 1000, seconds_per_token=0.01)))
    writer.paste_all("One\n\nTwo")
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    writer.place_caret(3)
    writer.type(" more")
    assert stays_silent(writer)
    writer.inkling.continuation.stop()


def test_what_comes_too_late_is_dropped(sit_down: Sit) -> None:
    engine = Late()
    engine.may_load.set()
    writer = hasten(sit_down(engine))
    writer.type("Empty")
    writer.wait_for(engine.is_asked.is_set)
    engine.may_answer.set()
    assert engine.has_answered.wait(PATIENCE)  # the window has not heard it yet
    writer.press(KEY.Key_Home)
    writer.press(KEY.Key_End)
    assert stays_silent(writer)


def test_where_it_was_dismissed_by_escape_it_does_not_come_again(writer: Writer) -> None:
    writer.type("Empt")
    writer.type("y")
    wait_for_ghost(writer)
    writer.press(KEY.Key_Escape)
    writer.type("x")
    writer.press(KEY.Key_Backspace)
    writer.press(KEY.Key_Backspace)
    writer.type("y")
    assert stays_silent(writer)
    writer.type("!")
    wait_for_ghost(writer)


def test_after_five_dismissals_it_waits_twice_as_long_until_something_is_taken(writer: Writer) -> None:
    controller = writer.inkling.causal_tools.ghost_controller
    writer.type("a")
    for _ in range(5):
        wait_for_ghost(writer)
        assert controller._pause.interval() == PAUSE_MS
        writer.type("x")
    assert controller._pause.interval() == 2 * PAUSE_MS
    wait_for_ghost(writer)
    writer.press(KEY.Key_Right, CTRL)
    writer.type("x")  # dismisses the rest, which is not held against it
    assert controller._pause.interval() == PAUSE_MS
    for _ in range(4):
        wait_for_ghost(writer)
        writer.type("x")
    assert controller._pause.interval() == PAUSE_MS
    wait_for_ghost(writer)
    writer.type(" for a")  # a word of it
    writer.type("x")
    wait_for_ghost(writer)
    writer.type("x")
    assert controller._pause.interval() == PAUSE_MS
    assert LONGEST_MS > PAUSE_MS


class Answering(ScriptedEngine):
    """Answers each prompt with words of its own, slowly."""

    def generate(self, prompt, sampling, max_new_tokens, alternatives=0):
        self._script = answer_to(as_text(prompt))
        return super().generate(prompt, sampling, max_new_tokens, alternatives)

    def next_words(self, prompt, count):
        yield from self.prefill(prompt)
        time.sleep(self._seconds_per_token)
        return [NextWord(word_for(as_text(prompt)), -0.01)]


def answer_to(before: str) -> list[str]:
    """Return the words of the answer: each follows from all before it."""
    answer: list[str] = []
    for _ in range(8):
        answer.append(word_for(before + "".join(answer)))
    return answer


def word_for(before: str) -> str:
    digest = hashlib.sha256(before.encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    return ("" if before[-1:].isspace() else " ") + digest[:3]


def is_of_this_place(before: str, ghost: str) -> bool:
    """Tell whether `ghost` was answered to `before`, or is the rest of an answer that `before` ends with."""
    for consumed in range(min(len(before), 20) + 1):
        asked, typed = before[: len(before) - consumed], before[len(before) - consumed :]
        if asked and "".join(answer_to(asked)).startswith(typed + ghost):
            return True
    return False


class Watch(QObject):
    """Looks at every change and every painting whether the ghost text belongs where it stands."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer.page)
        self._writer = writer
        self.seen: set[str] = set()
        self.strays: list[tuple[str, str]] = []
        writer.page.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.look()
        return False

    def look(self) -> None:
        painted = preedit(self._writer)
        before = self._writer.text[: self._writer.caret]
        assert painted == self._writer.inkling.ghost.text
        if painted:
            self.seen.add(painted)
            if not is_of_this_place(before, painted):
                self.strays.append((before, painted))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_none_ever_appears_for_an_outdated_caret(sit_down: Sit, seed: int) -> None:
    writer = hasten(sit_down(Answering(seconds_per_token=0.008)))
    watch = Watch(writer)
    dice = Random(seed)
    writer.type("Once")
    for step in range(150):
        if step % 30 == 0:  # however slow the machine, there is something to see
            writer.press(KEY.Key_End, CTRL)
            writer.type("x")
            writer.wait_for(lambda: writer.inkling.ghost.text, timeout=LONGEST_MS + 10_000)
            writer.press(KEY.Key_Right, CTRL)
        ghost = writer.inkling.ghost.text
        act = dice.randrange(10)
        if act < 5:
            writer.type(dice.choice("abc x"))
        elif act == 5 and ghost:
            writer.type(ghost[0])
        elif act == 6:
            writer.press(dice.choice([KEY.Key_Left, KEY.Key_Right, KEY.Key_Home, KEY.Key_End]))
        elif act == 7:
            writer.press(KEY.Key_Z, CTRL)
        elif act == 8:
            writer.press(dice.choice([KEY.Key_Backspace, KEY.Key_Y]), CTRL)
        else:
            writer.press(KEY.Key_Right, CTRL)
        watch.look()
        writer.qtbot.wait(dice.choice([0, 5, 30, 60, 90]))
        watch.look()
    assert not watch.strays
    assert len(watch.seen) > 2
