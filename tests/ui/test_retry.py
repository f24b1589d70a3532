"""Retry: new takes in place of the one on the page."""

from PySide6.QtGui import QTextCursor

from app.document.manuscript import Manuscript
from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING, SEED
from tests.ui.conftest import CTRL, KEY, Sit
from tests.ui.takes import FOUR, ONE, ROUNDS, SHIFT, SLOW, THREE, TWO, begun, retry, strip, undo


def test_retry_without_a_passage_says_so(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=ROUNDS))
    writer.type("She knocked")
    retry(writer)
    assert writer.text == "She knocked"
    assert "nothing to retry" in writer.said()


def test_a_retry_that_fails_or_is_stopped_at_once_leaves_the_passage(sit_down: Sit) -> None:
    engine = ScriptedEngine(takes=[[ONE], [TWO], [THREE], [ValueError()]])
    writer = sit_down(engine)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    retry(writer)
    assert writer.text == "She knocked" + ONE
    assert strip(writer) == "1/3"


def test_a_retry_takes_the_passage_out_when_the_first_word_comes(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=[[ONE], [ONE], [ONE], *SLOW], seconds_per_token=0.05))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    seen: list[str] = []
    writer.page.textChanged.connect(lambda: seen.append(writer.text))
    writer.press(KEY.Key_Return, CTRL | SHIFT)
    assert writer.text == "She knocked" + ONE
    writer.wait_for(lambda: " a a" in writer.text)
    writer.press(KEY.Key_Escape)
    assert all(text.startswith("She knocked a") for text in seen)
    undo(writer)
    assert writer.text == "She knocked" + ONE


class Seeds(ScriptedEngine):
    """Notes with which seeds it is asked to write."""

    def __init__(self, **script) -> None:
        super().__init__(**script)
        self.seeds: list[int | None] = []

    def generate_several(self, prompt, sampling, max_new_tokens, count, alternatives=0):
        self.seeds.append(sampling.seed)
        return super().generate_several(prompt, sampling, max_new_tokens, count, alternatives)


def test_a_retry_with_a_fixed_seed_writes_others(sit_down: Sit) -> None:
    engine = Seeds(takes=ROUNDS)
    writer = sit_down(engine)
    writer.inkling.settings.change(SEED, 7)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    retry(writer)
    retry(writer)
    assert engine.seeds == [7, 10, 13]
    for _ in range(3):
        undo(writer)
    assert writer.text == "She knocked"
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.seeds[-1] == 7


def test_a_retry_before_the_first_word_leaves_what_is_coming(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine(takes=[[ONE], [TWO], [THREE], *SLOW], seconds_per_token=0.3))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    writer.place_caret(3)
    writer.continue_text()
    writer.press(KEY.Key_Return, CTRL | SHIFT)
    writer.wait_for(lambda: writer.text.startswith("She a"))
    writer.press(KEY.Key_Escape)
    assert writer.text.endswith(" knocked" + ONE)


def test_the_caret_goes_to_what_is_retried(sit_down: Sit) -> None:
    writer = begun(sit_down)
    writer.page.undo_steps.insert(writer.page.text_cursor_at(0), Manuscript.of_one("line\n" * 100))
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    retry(writer)
    assert writer.text.endswith("She knocked" + FOUR)
    assert writer.caret == len(writer.text)
    assert writer.page.viewport().rect().contains(writer.page.cursorRect())
