"""What tests of ghost text share."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from app.engines.prompts import as_text
from app.engines.protocols import NextWord
from app.engines.scripted import ScriptedEngine
from app.settings import GHOST_PAUSE
from tests.ui.conftest import Writer

PAUSE_MS = 50
TOKENS = [" for", " as", " long", " as", " anyone", " knew", "."]
GHOST_WORDS = " for as long as anyone knew."
ALT = Qt.KeyboardModifier.AltModifier


class GhostWriter(ScriptedEngine):
    """Goes on with its script from where the prompt stands in it, or else from its beginning.

    Args:
        script: the words.
        others: words for its beginning that are less likely.
        seconds: that each word takes.
        logprob: of each word.
    """

    def __init__(
        self,
        script: Sequence[str] = TOKENS,
        others: Sequence[str] = (),
        seconds: float = 0.0,
        logprob: float = -0.01,
        **more: float,
    ) -> None:
        super().__init__(script, seconds_per_token=seconds, logprob=logprob, **more)
        self._words_of_script = list(script)
        self._others = list(others)

    def next_words(self, prompt, count):
        yield from super().prefill(prompt)
        time.sleep(self._seconds_per_token)
        return [
            NextWord(word, self._logprob - rank) for rank, word in enumerate(self._after(as_text(prompt)))
        ][:count]

    def _after(self, text: str) -> list[str]:
        if any(text.endswith(word) for word in self._others):
            return []
        for known in range(len(self._words_of_script), 0, -1):
            if text.endswith("".join(self._words_of_script[:known])):
                begins = self._words_of_script[known : known + 1]
                return [*begins, *self._others] if begins else []
        return [*self._words_of_script[:1], *self._others]


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
