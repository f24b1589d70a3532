import math
import threading
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip

from app.document.manuscript import Author, Manuscript, Source
from app.engines.prompts import Prompt, as_text
from app.engines.protocols import Checked, Prefilled, WeighedPiece
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.settings import GHOST, PROVENANCE, SURPRISE
from app.worker.messages import Event, NextWords
from tests.held import GLANCE
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.controllers import surprise_controller
from ui.controllers.surprise_controller import NEAR
from ui.editor import weighed_text
from ui.theme import Colours

SHIFT = Qt.KeyboardModifier.ShiftModifier
LIGHT = Colours.named("light")
STEP_OF = {getattr(LIGHT, f"surprise_{step}"): step for step in range(1, 5)}
TEXT = "A calm sea.\n\nThe zeppelin sang."


def nats(bits: float) -> float:
    return -bits * math.log(2)


class Weigher(ScriptedEngine):
    """Finds most words predictable, and notes what it is asked.

    Args:
        bits: of the words that are not.
        seconds: that each request takes.
        error: raised for every request.
    """

    def __init__(
        self, bits: dict[str, float] | None = None, seconds: float = 0.0, error: Exception | None = None
    ) -> None:
        found = {" zeppelin": 17.0, " sang.": 9.0, " sea.": 5.0} if bits is None else bits
        super().__init__(
            [" on"] * 100_000,
            seconds_per_token=seconds,
            logprobs={word: nats(value) for word, value in found.items()},
        )
        self.error = error
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked: list[tuple[str, str]] = []
        self.answered: list[str] = []

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """What it was asked, each once: what gave way to another request is asked again."""
        return list(dict.fromkeys(self.asked))

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        (text,) = texts
        self.asked.append((as_text(prompt), text))
        if self.error is not None:
            raise self.error
        while not self.may_answer.wait(GLANCE):
            yield Checked(0, 1)
        found = yield from super().weigh(prompt, texts)
        self.answered.append(text)
        return found


@pytest.fixture
def engine() -> Weigher:
    return Weigher()


@pytest.fixture
def writer(sit_down: Sit, engine: Weigher) -> Writer:
    return sit(sit_down, engine)


def sit(sit_down: Sit, engine: ScriptedEngine) -> Writer:
    writer = sit_down(engine)
    writer.inkling.settings.change(GHOST, False)
    return writer


def switch(writer: Writer) -> None:
    writer.press(KEY.Key_U, CTRL | SHIFT)


def tints(writer: Writer) -> dict[str, int]:
    """Return what is tinted, with its step."""
    found = {}
    for selection in writer.page.extraSelections():
        colour = selection.format.background().color().name()
        if colour in STEP_OF:
            found[selection.cursor.selectedText()] = STEP_OF[colour]
    return found


def surprise(writer: Writer):
    return writer.inkling.causal_tools.insight.surprise


def test_the_command_tints_words_by_how_unexpected_they_are(writer: Writer, engine: Weigher) -> None:
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    assert tints(writer) == {"sea": 1, "zeppelin": 4, "sang": 2}
    assert engine.wanted == [("", "A calm sea."), ("A calm sea.\n\n", "The zeppelin sang.")]
    assert writer.inkling.settings[SURPRISE]
    assert writer.inkling.actions["surprise"].isChecked()
    switch(writer)
    assert tints(writer) == {}
    assert not writer.inkling.settings[SURPRISE]


def test_it_is_off_until_it_is_wished(writer: Writer, engine: Weigher) -> None:
    writer.paste_all(TEXT)
    writer.qtbot.wait(1_000)
    assert engine.asked == []


def test_an_edited_paragraph_loses_its_tint_and_gets_another(writer: Writer, engine: Weigher) -> None:
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    writer.place_caret(5)
    writer.type("er")
    assert tints(writer) == {"zeppelin": 4, "sang": 2}  # what follows may stay
    writer.wait_for(lambda: "sea" in tints(writer))
    assert engine.wanted[2:] == [("", "A calerm sea.")]
    count = len(engine.asked)
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == TEXT
    assert tints(writer) == {"sea": 1, "zeppelin": 4, "sang": 2}  # as it was weighed before
    writer.qtbot.wait(900)
    assert len(engine.asked) == count


def test_a_new_line_in_front_costs_nothing(writer: Writer, engine: Weigher) -> None:
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    count = len(engine.asked)
    writer.place_caret(0)
    writer.press(KEY.Key_Return)
    assert len(tints(writer)) == 3
    writer.qtbot.wait(900)
    assert len(engine.asked) == count


def test_the_same_words_in_another_place_are_weighed_there(writer: Writer, engine: Weigher) -> None:
    writer.paste_all("The sea.\nThe sea.")
    switch(writer)
    writer.wait_for(lambda: engine.answered[-1:] == ["The sea."] and len(engine.wanted) == 2)
    assert [prompt for prompt, _ in engine.wanted] == ["", "The sea.\n"]


def test_what_a_model_wrote_stays_plain(writer: Writer, engine: Weigher) -> None:
    writer.paste_all("The sea.\n\n")
    model = Source(Author.CONTINUATION, "SmolLM2")
    insert = writer.page.undo_steps.insert
    insert(writer.page.textCursor(), Manuscript.of_one("By a sea.\n", model))
    writer.type("My zeppelin")
    insert(writer.page.textCursor(), Manuscript.of_one(" sang.", model))
    switch(writer)
    writer.wait_for(lambda: tints(writer) == {"sea": 1, "zeppelin": 4})
    assert [text for _, text in engine.wanted] == ["The sea.", "My zeppelin sang."]


def test_the_document_knows_nothing_of_it(writer: Writer, tmp_path: Path) -> None:
    file = tmp_path / "story.md"
    file.write_text(TEXT, encoding="utf-8")
    writer.open(file)
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    assert not writer.page.document().isModified()
    assert not writer.page.document().isUndoAvailable()
    writer.wait_for(lambda: writer.inkling.word_count.words == 6)
    writer.page.selectAll()
    copied: QMimeData = writer.page.createMimeDataFromSelection()
    assert copied.text() == TEXT
    writer.type("X")
    writer.press(KEY.Key_Z, CTRL)
    writer.save()
    assert file.read_text(encoding="utf-8") == TEXT


def test_the_page_in_sight_comes_first_and_then_what_is_near(sit_down: Sit) -> None:
    engine = Weigher({})
    writer = sit(sit_down, engine)
    lines = [f"Line {number} of a long book that nobody reads to its end." for number in range(3_000)]
    writer.page.setPlainText("\n".join(lines))
    middle = writer.page.text_cursor_at(writer.text.index("Line 1500 "))
    writer.page.setTextCursor(middle)
    writer.page.centerCursor()
    first, last = writer.inkling.surprise_tint.screen()
    seen = writer.text[first:last].splitlines()
    switch(writer)
    writer.wait_for(lambda: engine.asked and not surprise(writer).is_running, timeout=120_000)
    order = [text for _, text in engine.wanted]
    assert order[1 : len(seen) - 1] == [line for line in lines if line in seen][1:-1]
    assert order[len(seen) + 1] > order[len(seen) - 1]
    assert sum(map(len, order)) < 2 * NEAR + (last - first) + 500
    longest = max(len(prompt) for prompt, _ in engine.asked)
    assert 0 < longest < 6_000
    count = len(engine.asked)
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    writer.wait_for(lambda: len(engine.asked) > count)
    assert engine.asked[count] == ("", lines[0])


def test_more_paragraphs_than_are_kept_come_to_an_end(sit_down: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surprise_controller, "MOST_NEAR", 60)
    monkeypatch.setattr(weighed_text, "MOST_KEPT", 80)
    engine = Weigher({})
    writer = sit(sit_down, engine)
    writer.page.setPlainText("\n".join(f"{number}." for number in range(1_000)))
    switch(writer)
    writer.wait_for(lambda: surprise(writer).is_running)
    writer.wait_for(lambda: not surprise(writer).is_running, timeout=30_000)
    assert set(engine.answered) >= {f"{number}." for number in range(40)}


def test_a_paragraph_without_end_is_weighed_in_parts(sit_down: Sit) -> None:
    engine = Weigher({})
    writer = sit(sit_down, engine)
    writer.page.setPlainText("".join(f"The grey sea went on for {day} days. " for day in range(10_000)))
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    switch(writer)
    writer.wait_for(lambda: engine.asked and not surprise(writer).is_running, timeout=120_000)
    texts = [text for _, text in engine.wanted]
    assert max(map(len, texts)) < 2_500
    assert writer.text.startswith("".join(texts))
    assert len("".join(texts)) > NEAR


def test_progress_is_shown_and_escape_stops(sit_down: Sit) -> None:
    engine = Weigher(seconds=0.05)
    writer = sit(sit_down, engine)
    writer.paste_all("\n".join(f"Line {number}." for number in range(40)))
    states: list[str] = []
    fractions: list[float | None] = []
    surprise(writer).state_changed.connect(states.append)
    surprise(writer).progressed.connect(fractions.append)
    switch(writer)
    writer.wait_for(lambda: len(engine.answered) > 3)
    assert states == ["Weighing words…"]
    assert fractions == sorted(fractions)
    assert writer.inkling.actions["stop"].isEnabled()
    writer.press(KEY.Key_Escape)
    assert states == ["Weighing words…", ""]
    assert fractions[-1] is None
    assert not writer.inkling.actions["stop"].isEnabled()
    writer.qtbot.wait(100)
    count = len(engine.asked)
    writer.qtbot.wait(900)
    assert len(engine.asked) == count
    writer.type("x")
    writer.wait_for(lambda: len(engine.answered) >= 40, timeout=120_000)


def test_the_writer_and_the_stream_come_first(sit_down: Sit) -> None:
    engine = Weigher(seconds=0.3)
    writer = sit(sit_down, engine)
    writer.paste_all("\n".join(f"Line {number}." for number in range(6)))
    switch(writer)
    writer.wait_for(lambda: engine.answered)
    writer.continue_text()
    writer.wait_for(lambda: " on" in writer.text)
    answered = len(engine.answered)
    writer.qtbot.wait(900)
    assert len(engine.answered) == answered
    assert not surprise(writer).is_running
    writer.press(KEY.Key_Escape)
    writer.wait_for(lambda: len(engine.answered) >= 6)


def test_one_that_gave_way_is_asked_again(sit_down: Sit) -> None:
    engine = Weigher()
    engine.may_answer.clear()
    writer = sit(sit_down, engine)
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: engine.asked)
    came_first: list[Event] = []
    writer.inkling.client.weigh_next_words("A", 3, came_first.append)
    writer.wait_for(lambda: came_first and isinstance(came_first[-1], NextWords))
    engine.may_answer.set()
    writer.wait_for(lambda: len(tints(writer)) == 3)
    assert [text for _, text in engine.asked].count("A calm sea.") > 1


def test_the_mouse_is_told_how_unexpected_a_word_was(writer: Writer) -> None:
    writer.paste_all(TEXT)

    def ask(word: str) -> None:
        at = writer.point_in(word)
        event = QHelpEvent(QEvent.Type.ToolTip, at, writer.page.viewport().mapToGlobal(at))
        QApplication.sendEvent(writer.page.viewport(), event)

    ask("zeppelin")
    assert not QToolTip.isVisible()
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    ask("zeppelin")
    assert QToolTip.text().startswith("Very unexpected: 17 bits, 1 in 13")
    ask("calm")
    assert QToolTip.text() == "Predictable: 0.1 bits, 1 in 1"
    event = QHelpEvent(
        QEvent.Type.ToolTip, QPoint(5, 400), writer.page.viewport().mapToGlobal(QPoint(5, 400))
    )
    QApplication.sendEvent(writer.page.viewport(), event)
    writer.wait_for(lambda: not QToolTip.isVisible())


def test_it_lies_on_top_of_who_wrote_what(writer: Writer) -> None:
    writer.inkling.settings.change(PROVENANCE, True)
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    assert any(s.format.background().color().name() == LIGHT.earlier for s in writer.page.extraSelections())


def test_another_file_has_no_tint_of_the_one_before(writer: Writer, engine: Weigher, tmp_path: Path) -> None:
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: len(tints(writer)) == 3)
    writer.page.document().setModified(False)
    file = tmp_path / "other.md"
    file.write_text("A calm sea.", encoding="utf-8")
    writer.open(file)
    assert tints(writer) == {}
    writer.wait_for(lambda: tints(writer) == {"sea": 1})


def test_an_error_is_said_once(sit_down: Sit) -> None:
    engine = Weigher(error=InklingError("Memory ran out.", "Choose a smaller model."))
    writer = sit(sit_down, engine)
    writer.paste_all(TEXT)
    switch(writer)
    writer.wait_for(lambda: writer.notices)
    writer.qtbot.wait(900)
    assert len(engine.asked) == 1
    assert "Choose a smaller model." in writer.said()


def test_without_a_model_the_command_says_what_to_do(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(load_error=InklingError("Broken.", "")), wait=False)
    writer.wait_for(lambda: not writer.inkling.models.is_loading("causal"))
    switch(writer)
    assert "Choose one in Preferences" in writer.said()


def test_emoji_keep_the_tint_in_its_place(sit_down: Sit) -> None:
    writer = sit(sit_down, Weigher({" zeppelin.": 17}))
    writer.paste_all("😀😀 My zeppelin.")
    switch(writer)
    writer.wait_for(lambda: tints(writer) == {"zeppelin": 4})


def test_the_setting_holds_at_the_next_start(sit_down: Sit, engine: Weigher) -> None:
    first = sit(sit_down, engine)
    switch(first)
    first.settle()
    writer = sit(sit_down, Weigher())
    assert writer.inkling.actions["surprise"].isChecked()
    writer.paste_all(TEXT)
    writer.wait_for(lambda: len(tints(writer)) == 3)
