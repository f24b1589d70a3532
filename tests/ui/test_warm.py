"""What the model reads while the writer rests."""

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.engines.protocols import FinishReason, Prefilled, Step, TextGenerator
from app.engines.registry import create_engine
from app.settings import CAUSAL_MODEL, GHOST, READ_FOLLOWING
from tests.held import HeldEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer, model_folder
from ui.controllers.warm_controller import MOVED_MS

STORY = "The old house stood at the end of the lane, and nobody had lived in it for years.\n\n"
ENDLESS = 100_000


class Reader(HeldEngine):
    """Notes what it is asked to read, and what of that it read to the end.

    Args:
        script: what it says.
        steps: of 10 ms each, that reading a prompt takes.
        error: raised instead of reading.
        loading: see `HeldEngine`.
    """

    def __init__(
        self,
        script: tuple[str, ...] = (),
        steps: int = 1,
        error: Exception | None = None,
        seconds_per_token: float = 0.01,
        loading: bool = False,
    ) -> None:
        super().__init__(script, seconds_per_token=seconds_per_token, loading=loading)
        self.steps = steps
        self._error = error
        self.begun: list[str] = []
        self.read: list[str] = []

    def prefill(self, prompt: str) -> Generator[Prefilled, None, bool]:
        steps = self.steps
        self.begun.append(prompt)
        if self._error is not None:
            raise self._error
        for step in range(steps):
            time.sleep(0.01)
            yield Prefilled(step + 1, steps)
        self.read.append(prompt)
        return True


def write(writer: Writer, text: str) -> None:
    """Put a text on the page whose last character is typed: however slow the machine, there is one pause."""
    writer.paste_all(text[:-1])
    writer.type(text[-1])


def settle(writer: Writer) -> None:
    """Wait for what should not come."""
    writer.qtbot.wait(2 * MOVED_MS)


@pytest.fixture
def sit_without_ghosts(sit_down: Sit) -> Sit:
    """Ghost text has the text read as well, but later."""

    def sit(engine: TextGenerator, **options: Any) -> Writer:
        writer = sit_down(engine, **options)
        writer.inkling.settings.change(GHOST, False)
        return writer

    return sit


@pytest.fixture
def engine() -> Reader:
    return Reader((" on",) * 20)


@pytest.fixture
def writer(sit_without_ghosts: Sit, engine: Reader) -> Writer:
    return sit_without_ghosts(engine)


def test_after_typing_the_text_before_the_caret_is_read_once(writer: Writer, engine: Reader) -> None:
    write(writer, "The old house")
    writer.wait_for(lambda: engine.read)
    settle(writer)
    assert engine.begun == ["The old house"]
    writer.type("s")
    writer.wait_for(lambda: len(engine.read) == 2)
    settle(writer)
    assert engine.begun == ["The old house", "The old houses"]


def test_on_an_empty_page_nothing_is_read(writer: Writer, engine: Reader) -> None:
    settle(writer)
    assert not engine.begun


def test_where_the_caret_came_to_rest_the_text_is_read(writer: Writer, engine: Reader) -> None:
    writer.paste_all(STORY * 3 + "The end")
    writer.place_caret(len(STORY))
    writer.wait_for(lambda: engine.read)
    assert engine.begun == [STORY]
    writer.press(KEY.Key_End, CTRL)
    writer.wait_for(lambda: len(engine.read) == 2)
    assert engine.read[-1] == STORY * 3 + "The end"
    settle(writer)
    writer.press(KEY.Key_Up)  # all before that was read already
    settle(writer)
    assert len(engine.begun) == 2


def test_once_the_model_is_ready_the_text_is_read(sit_without_ghosts: Sit) -> None:
    engine = Reader(loading=True)
    writer = sit_without_ghosts(engine, wait=False)
    write(writer, "The old house")
    settle(writer)
    assert not writer.inkling.models.is_ready("causal")
    engine.may_go_on.set()
    writer.wait_for(lambda: engine.read)
    assert engine.read == ["The old house"]


def test_another_model_reads_the_text_anew(writer: Writer, engine: Reader, tmp_path: Path) -> None:
    write(writer, "The old house")
    writer.wait_for(lambda: engine.read)
    writer.inkling.settings.change(CAUSAL_MODEL, str(model_folder(tmp_path / "second")))
    writer.wait_for(lambda: len(engine.read) == 2)
    assert engine.begun == ["The old house"] * 2


def test_a_file_that_was_opened_is_read_once_the_caret_is_in_its_text(
    writer: Writer, engine: Reader, tmp_path: Path
) -> None:
    file = tmp_path / "story.md"
    file.write_text(STORY + "The end")
    writer.open(file)
    settle(writer)
    assert not engine.begun  # at its very beginning there is nothing to read
    writer.press(KEY.Key_End, CTRL)
    writer.wait_for(lambda: engine.read)
    assert engine.begun == [STORY + "The end"]


@pytest.mark.parametrize("how", ["type", "backspace", "compose"])
def test_a_key_ends_the_reading_and_a_pause_begins_it_again(sit_without_ghosts: Sit, how: str) -> None:
    engine = Reader(steps=ENDLESS)
    writer = sit_without_ghosts(engine)
    write(writer, "The old house")
    writer.wait_for(lambda: engine.begun)
    engine.steps = 1  # for what comes next
    if how == "type":
        writer.type("s")
    elif how == "backspace":
        writer.press(KEY.Key_Backspace)
    else:
        QApplication.sendEvent(writer.page, QInputMethodEvent("に", []))
        settle(writer)
        assert len(engine.begun) == 1
        QApplication.sendEvent(writer.page, QInputMethodEvent("", []))
    writer.wait_for(lambda: engine.read)
    after = {"type": "The old houses", "backspace": "The old hous", "compose": "The old house"}[how]
    assert engine.begun == ["The old house", after]
    assert engine.read == [after]


def test_nothing_is_read_while_an_input_method_composes(writer: Writer, engine: Reader) -> None:
    writer.paste_all("The")
    QApplication.sendEvent(writer.page, QInputMethodEvent("にほ", []))
    settle(writer)
    assert not engine.begun
    commit = QInputMethodEvent()
    commit.setCommitString("日本")
    QApplication.sendEvent(writer.page, commit)
    writer.wait_for(lambda: engine.read)
    assert engine.begun == ["The日本"]


def test_nothing_is_read_while_something_is_selected(writer: Writer, engine: Reader) -> None:
    writer.paste_all(STORY)
    writer.select(4, 20)
    settle(writer)
    assert not engine.begun


def test_nothing_is_read_while_a_stream_runs(sit_without_ghosts: Sit) -> None:
    engine = Reader((" on",) * ENDLESS, seconds_per_token=1.0)  # the writer rests between two tokens
    writer = sit_without_ghosts(engine)
    writer.paste_all("Top\n\nEnd")
    writer.continue_text()
    writer.place_caret(3)
    writer.type(" more")
    settle(writer)
    assert writer.inkling.continuation.is_streaming
    assert not engine.begun
    writer.press(KEY.Key_Escape)
    writer.wait_for(lambda: engine.read)
    settle(writer)
    assert engine.begun == ["Top more"]


def test_what_was_read_before_a_stream_is_not_taken_for_read_behind_it(
    writer: Writer, engine: Reader
) -> None:
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all(STORY)
    writer.wait_for(lambda: engine.read)
    writer.place_caret(0)
    writer.continue_text()
    writer.wait_for_stream()
    writer.press(KEY.Key_Z, CTRL)
    writer.press(KEY.Key_End, CTRL)
    writer.wait_for(lambda: engine.read.count(STORY) == 2)


def test_continue_does_not_wait_until_all_is_read(sit_without_ghosts: Sit) -> None:
    engine = Reader((" on",) * 3, steps=ENDLESS)
    writer = sit_without_ghosts(engine)
    write(writer, "The old house")
    writer.wait_for(lambda: engine.begun)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text == "The old house on on on"
    assert not engine.read


def test_what_another_request_ended_is_read_later(sit_without_ghosts: Sit) -> None:
    engine = Reader(steps=ENDLESS)
    writer = sit_without_ghosts(engine)
    write(writer, "The old house")
    writer.wait_for(lambda: engine.begun)
    engine.steps = 1
    writer.inkling.client.read_joins(("One.", "Two."), lambda _event: None)
    settle(writer)
    assert not engine.read
    writer.press(KEY.Key_Left)
    writer.wait_for(lambda: engine.read)
    assert engine.read == ["The old hous"]


def test_a_reading_that_fails_is_neither_shown_nor_tried_again(sit_without_ghosts: Sit) -> None:
    engine = Reader((" on",), error=MemoryError())
    writer = sit_without_ghosts(engine)
    write(writer, "The old house")
    writer.wait_for(lambda: engine.begun)
    settle(writer)
    writer.press(KEY.Key_Home)
    writer.press(KEY.Key_End)
    settle(writer)
    assert len(engine.begun) == 1
    assert not writer.notices


class Witness:
    """A real engine, and the fractions of the prompt that were read with each step of a continuation."""

    def __init__(self, engine: TextGenerator) -> None:
        self._engine = engine
        self.load = engine.load
        self.unload = engine.unload
        self.read = 0
        self.fractions: list[float] = []

    def generate_several(self, *order) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        steps = self._engine.generate_several(*order)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            if isinstance(step, Prefilled):
                self.fractions.append(step.done / step.total)
            yield step

    def prefill(self, prompt: str) -> Generator[Prefilled, None, bool]:
        yield from self._engine.prefill(prompt)
        self.read += 1
        return True


@pytest.mark.parametrize("rests", [True, False])
def test_behind_a_rest_the_real_model_has_read_everything(
    sit_without_ghosts: Sit, starter_model: Path, rests: bool
) -> None:
    witness = Witness(create_engine("causal"))
    writer = sit_without_ghosts(witness, model=starter_model, wait=False)
    writer.wait_for(lambda: writer.inkling.models.is_ready("causal"), timeout=60_000)
    writer.paste_all(STORY * 30)  # 600 tokens: three steps
    writer.type("Anna came up the")
    if rests:
        writer.wait_for(lambda: witness.read, timeout=60_000)
    writer.continue_text()
    writer.wait_for(lambda: len(writer.text) > len(STORY * 30) + 20, timeout=60_000)
    writer.inkling.continuation.stop()
    assert (not witness.fractions) == rests  # nothing is left to read
