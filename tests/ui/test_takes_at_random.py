"""Typing, continuing, swapping, retrying, undoing and redoing in any order, beside a simple model."""

import random
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication

from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.takes import SHIFT, redo, strip, swap, undo

WORDS = ["oak", "elm", "ash", "fir", "yew", "box", "bay", "fig"]
TEXTS = [[f" {word}"] * length + ["\n" if length % 3 == 0 else "."] for length, word in enumerate(WORDS, 1)]


@dataclass(frozen=True)
class Shown:
    """What the model of the test expects: a text, and the takes that stand in it from `start` on."""

    text: str
    start: int = -1
    takes: tuple[str, ...] = ()
    number: int = 0

    @property
    def strip(self) -> str:
        return f"{self.number + 1}/{len(self.takes)}" if self.takes else ""

    def swapped(self, step: int) -> "Shown":
        number = (self.number + step) % len(self.takes)
        end = self.start + len(self.takes[self.number])
        text = self.text[: self.start] + self.takes[number] + self.text[end:]
        return Shown(text, self.start, self.takes, number)

    def typed(self, position: int, text: str) -> "Shown":
        whole = self.text[:position] + text + self.text[position:]
        if not self.takes or position >= self.start + len(self.takes[self.number]):
            return Shown(whole, self.start, self.takes, self.number)
        if position <= self.start:
            return Shown(whole, self.start + len(text), self.takes, self.number)
        return Shown(whole)

    def continued(self, position: int, takes: tuple[str, ...], end: int) -> "Shown":
        return Shown(self.text[:position] + takes[0] + self.text[end:], position, takes, 0)


def continuation(said: int, before: str) -> tuple[str, ...]:
    takes = tuple("".join(TEXTS[(said + take) % len(TEXTS)]) for take in range(3))
    return tuple(take.lstrip() for take in takes) if not before or before[-1].isspace() else takes


def walk(writer: Writer, chance: random.Random, steps: int) -> None:
    history, now, said = [Shown("")], 0, 0

    def begin(shown: Shown) -> None:
        nonlocal now
        del history[now + 1 :]
        history.append(shown)
        now += 1

    for _ in range(steps):
        shown = history[now]
        what = chance.choice(("type", "continue", "swap", "swap", "retry", "undo", "undo", "redo"))
        if what == "type":
            writer.place_caret(position := chance.randint(0, len(shown.text)))
            # Pasted, because Qt joins letters that are typed one behind the other into one step.
            QApplication.clipboard().setText("x")
            writer.press(KEY.Key_V, CTRL)
            begin(shown.typed(position, "x"))
        elif what == "continue":
            writer.place_caret(position := chance.randint(0, len(shown.text)))
            writer.continue_text()
            writer.wait_for_stream()
            begin(shown.continued(position, continuation(said, shown.text[:position]), position))
            said += 3
        elif what == "swap":
            step = chance.choice((1, -1))
            swap(writer, KEY.Key_Down if step == 1 else KEY.Key_Up)
            if shown.takes:
                begin(shown.swapped(step))
        elif what == "retry" and strip(writer):
            writer.press(KEY.Key_Return, CTRL | SHIFT)
            writer.wait_for_stream()
            end = shown.start + len(shown.takes[shown.number])
            begin(shown.continued(shown.start, continuation(said, shown.text[: shown.start]), end))
            said += 3
        elif what == "undo" and now:
            undo(writer)
            now -= 1
        elif what == "redo" and now + 1 < len(history):
            redo(writer)
            now += 1
        assert writer.text == history[now].text, what
        assert strip(writer) == history[now].strip, what


@pytest.mark.parametrize("seed", range(4))
def test_the_text_and_the_strip_are_what_a_simple_model_says(sit_down: Sit, seed: int) -> None:
    writer = sit_down(ScriptedEngine(takes=TEXTS))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.inkling.window.resize(1200, 800)
    walk(writer, random.Random(seed), 50)


@pytest.mark.parametrize("seed", range(3))
def test_stopped_anywhere_undo_gives_back_every_text(sit_down: Sit, seed: int) -> None:
    chance = random.Random(seed)
    takes = [[f" {word}"] * 50 for word in WORDS]
    writer = sit_down(ScriptedEngine(takes=takes, seconds_per_token=0.003))
    writer.paste_all("Once")
    texts, strips = [writer.text], [""]
    for _ in range(8):
        chance.choice((writer.continue_text, lambda: writer.press(KEY.Key_Return, CTRL | SHIFT)))()
        if not writer.inkling.continuation.is_streaming:
            continue  # there was nothing to retry
        before = writer.text
        writer.wait_for(lambda before=before: writer.text != before)
        writer.wait_for(lambda: strip(writer).endswith("/3"))  # a swap needs words of another take
        for _ in range(chance.randint(0, 3)):
            swap(writer)
            # What stood before the swap is known to nobody but undo: it grew until the key was pressed.
            texts.append("?")
            strips.append("?")
            writer.qtbot.wait(chance.randint(0, 30))
        writer.press(KEY.Key_Escape)
        texts.append(writer.text)
        strips.append(strip(writer))
        writer.place_caret(len(writer.text))
    for _ in range(3):
        for text, number in zip(reversed(texts[:-1]), reversed(strips[:-1]), strict=True):
            undo(writer)
            assert text in ("?", writer.text)
            assert number in ("?", strip(writer))
        for text, number in zip(texts[1:], strips[1:], strict=True):
            redo(writer)
            assert text in ("?", writer.text)
            assert number in ("?", strip(writer))
