"""What tests do with takes."""

from PySide6.QtCore import Qt

from app.engines.scripted import ScriptedEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ONE, TWO, THREE = " and left.", " and then the door opened.", " but\n\nNobody came."
FOUR, FIVE, SIX = " once more.", " at the window.", " in vain."
ROUNDS = [[text] for text in (ONE, TWO, THREE, FOUR, FIVE, SIX)]
SLOW = [[f" {letter}"] * 10_000 for letter in "abc"]


def begun(sit_down: Sit, **engine) -> Writer:
    """A writer whose text has just been continued."""
    writer = sit_down(ScriptedEngine(takes=ROUNDS, **engine))
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    return writer


def strip(writer: Writer) -> str:
    shown = writer.inkling.take_tools.strip
    return shown.count.text() if shown.isVisible() else ""


def kept(writer: Writer) -> list[str]:
    places = writer.inkling.continuation.history.places()
    return [take.text for _, rounds in places for each in rounds for take in each.written]


def undo(writer: Writer) -> None:
    writer.press(KEY.Key_Z, CTRL)


def redo(writer: Writer) -> None:
    writer.press(KEY.Key_Y, CTRL)


def swap(writer: Writer, key: Qt.Key = KEY.Key_Down) -> None:
    writer.press(key, ALT)


def retry(writer: Writer) -> None:
    writer.press(KEY.Key_Return, CTRL | SHIFT)
    writer.wait_for_stream()
