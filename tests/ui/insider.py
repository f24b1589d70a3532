"""Looking inside a model that is scripted: its panel, and its list at the pointer."""

import math
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.document.manuscript import Author, Manuscript, Source
from app.engines.prompts import Prompt, as_text
from app.engines.protocols import Checked, NextWord, Prefilled, WeighedPiece
from app.engines.scripted import ScriptedEngine
from app.settings import GHOST
from tests.ui.conftest import CTRL, KEY, Sit, Writer

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.MouseButton.NoButton
WORDS = [
    NextWord(text, math.log(share)) for text, share in [("river", 0.34), ("water", 0.21), ("rain", 0.005)]
]
OWN = "The tide rose in the night."


class Insider(ScriptedEngine):
    """Weighs `WORDS`, and notes what it is asked."""

    def __init__(self, *script: str, seconds_per_token: float = 0.0, error: Exception | None = None) -> None:
        super().__init__(
            script, next_words=WORDS, logprobs={"tide": math.log(0.001)}, seconds_per_token=seconds_per_token
        )
        self.error = error
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked: list[str] = []
        self.weighed: list[tuple[str, tuple[str, ...]]] = []

    def next_words(self, prompt: Prompt, count: int) -> Generator[Prefilled | Checked, None, list[NextWord]]:
        self.asked.append(as_text(prompt))
        if self.error is not None:
            raise self.error
        self.may_answer.wait()
        return (yield from super().next_words(prompt, count))

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        self.weighed.append((as_text(prompt), tuple(texts)))
        return (yield from super().weigh(prompt, texts))


def sit(sit_down: Sit, engine: ScriptedEngine) -> Writer:
    writer = sit_down(engine)
    writer.inkling.settings.change(GHOST, False)
    return writer


def popup_of(writer: Writer):
    return writer.inkling.causal_tools.insight.popup


def panel_of(writer: Writer):
    return writer.inkling.causal_tools.insight.panel


def open_panel(writer: Writer, position: int) -> None:
    writer.place_caret(position)
    writer.press(KEY.Key_L, CTRL | SHIFT)
    writer.wait_for(lambda: rows_of(writer))


def rows_of(writer: Writer) -> list[str]:
    rows = panel_of(writer).rows
    return [rows.item(row).text() for row in range(rows.count())]


def hover(writer: Writer, word: str, modifier: Qt.KeyboardModifier = ALT) -> None:
    move_to(writer, writer.point_in(word), modifier)


def move_to(writer: Writer, point: QPoint, modifier: Qt.KeyboardModifier = ALT) -> None:
    viewport = writer.page.viewport()
    screen = QPointF(viewport.mapToGlobal(point))
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(point), screen, NONE, NONE, modifier)
    QApplication.sendEvent(viewport, event)


def write_by_model(writer: Writer, text: str) -> None:
    """Let the model write `text` at the caret."""
    text_by_model = Manuscript.of_one(text, Source(Author.CONTINUATION, "SmolLM2"))
    writer.page.undo_steps.insert(writer.page.textCursor(), text_by_model)


@contextmanager
def thinking(engine: Insider) -> Iterator[None]:
    """Keep the engine from answering."""
    engine.may_answer.clear()
    try:
        yield
    finally:
        engine.may_answer.set()
