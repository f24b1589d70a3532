"""What tests of ghost text share."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from app.engines.protocols import NextWord
from app.engines.scripted import ScriptedEngine
from app.settings import GHOST_PAUSE
from tests.ui.conftest import Writer
from ui.editor.ghost_text import GhostText

PAUSE_MS = 50
TOKENS = [" for", " as", " long", " as", " anyone", " knew", "."]
GHOST_WORDS = " for as long as anyone knew."
ALT = Qt.KeyboardModifier.AltModifier


def ghost_writer(
    script: Sequence[str] = TOKENS, others: Sequence[str] = (), seconds: float = 0.0, logprob: float = -0.01
) -> ScriptedEngine:
    """Return a model that is as sure of each word of its script, and less of others that it weighs beside it.

    Args:
        script: the words.
        others: what else could stand in the place of each; nothing follows them.
        seconds: that each word takes.
        logprob: of each word of the script.
    """
    weighed = [NextWord(text, logprob - rank) for rank, text in enumerate([script[0], *others])]
    return ScriptedEngine(script, seconds_per_token=seconds, logprob=logprob, next_words=weighed)


class Witness(QObject):
    """Notes what ghost text says of itself."""

    def __init__(self, ghost: GhostText) -> None:
        super().__init__(ghost)
        self.shown: list[str] = []
        self.taken: list[str] = []
        self.dismissed = 0
        ghost.shown.connect(self.shown.append)
        ghost.taken.connect(self.taken.append)
        ghost.dismissed.connect(self._on_dismissed)

    @Slot()
    def _on_dismissed(self) -> None:
        self.dismissed += 1


def hasten(writer: Writer) -> Writer:
    """Let ghost text come soon."""
    writer.inkling.settings.change(GHOST_PAUSE, PAUSE_MS)
    return writer


def wait_for_ghost(writer: Writer, text: str = GHOST_WORDS) -> None:
    writer.wait_for(lambda: writer.inkling.ghost.text == text)


def stays_silent(writer: Writer) -> bool:
    writer.qtbot.wait(5 * PAUSE_MS)
    return not writer.inkling.ghost.text


def compose(writer: Writer, preedit: str = "", commit: str = "") -> None:
    """Do what an input method does."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(writer.page, event)


def press_text(writer: Writer, text: str, key: int) -> None:
    """Press a key that writes any text; QTest knows ASCII alone."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(writer.page, event)


def preedit(writer: Writer) -> str:
    """What stands in the preedit area of any paragraph."""
    document = writer.page.document()
    blocks = (document.findBlockByNumber(number) for number in range(document.blockCount()))
    return "".join(block.layout().preeditAreaText() for block in blocks)
