"""A script that writes in the real window as fast as it can, and says what it has written.

Started as `python -m tests.endurance.writer_at_work FOLDER FILE SEED`, it types, streams, saves, undoes,
swaps words and opens its file again until it is killed. After each step it prints the time and the page as
JSON.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import tomli_w
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.engines.protocols import Engine, Role
from app.engines.scripted import ScriptedEngine
from app.paths import Paths
from tests.ui.conftest import model_folder
from ui.application import Inkling, WindowOptions
from ui.editor.plain_text import text_of

WORDS = ["snow", "road", "lantern", "“harbour”", "wind", "—", "été", "🙂", "night", "letter", "sea"]
NO_MODIFIER, CTRL, CTRL_SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)
LONGEST_TEXT = 4000  # characters; then some of it is deleted


class WriterAtWork(QObject):
    """Does one thing after another on the page, by keys where there are keys for it."""

    def __init__(self, inkling: Inkling, seed: int) -> None:
        super().__init__(inkling)
        self._inkling = inkling
        self._page = inkling.page
        self._random = random.Random(seed)
        self._steps = QTimer(self, interval=5)
        self._steps.timeout.connect(self._step)
        self._page.document().contentsChanged.connect(self._say)

    def start(self) -> None:
        """Begin, once the file stands on the page."""
        self._say()
        if not self._steps.isActive():
            self._steps.start()

    @Slot()
    def _step(self) -> None:
        actions: dict[Callable[[], None], int] = {
            self._type: 30,
            self._stream: 2,
            self._save: 4,
            self._undo: 4,
            self._redo: 2,
            self._delete: 2,
            self._move: 2,
            self._swap: 2,
            self._open_again: 1,
        }
        self._random.choices(list(actions), list(actions.values()))[0]()
        self._steps.setInterval(self._random.choice([1, 5, 20, 60]))

    def _type(self) -> None:
        for character in self._random.choice(WORDS) + " ":
            QApplication.sendEvent(self._page, QKeyEvent(QEvent.Type.KeyPress, 0, NO_MODIFIER, character))
        if self._random.random() < 0.1:
            QTest.keyClick(self._page, Qt.Key.Key_Return)

    def _stream(self) -> None:
        QTest.keyClick(self._page, Qt.Key.Key_Return, CTRL)

    def _save(self) -> None:
        self._say("save")
        self._inkling.files.save()

    def _undo(self) -> None:
        QTest.keyClick(self._page, Qt.Key.Key_Z, CTRL)

    def _redo(self) -> None:
        QTest.keyClick(self._page, Qt.Key.Key_Z, CTRL_SHIFT)

    def _delete(self) -> None:
        back = 60 if self._page.document().characterCount() > LONGEST_TEXT else 3
        for _ in range(back):
            QTest.keyClick(self._page, Qt.Key.Key_Backspace)

    def _move(self) -> None:
        cursor = self._page.textCursor()
        cursor.setPosition(self._random.randrange(self._page.document().characterCount()))
        self._page.setTextCursor(cursor)

    def _swap(self) -> None:
        popup = self._inkling.masked_tools.word_popup
        if popup.isVisible():
            QTest.keyClick(popup, Qt.Key.Key_1)
        else:
            QTest.keyClick(self._page, Qt.Key.Key_Period, CTRL)

    def _open_again(self) -> None:
        path = self._inkling.files.document.path
        if path is not None and not self._inkling.continuation.is_streaming:
            self._steps.stop()  # until it stands on the page again: who types meanwhile is asked first
            self._save()
            self._inkling.files.open(path)

    @Slot()
    def _say(self, what: str = "text") -> None:
        print(json.dumps({what: text_of(self._page.document()), "at": time.time()}), flush=True)


def open_window(application: QApplication, folder: Path, file: Path | None) -> Inkling:
    """Build the real window over scripted engines, with everything it keeps below `folder`."""
    engines: dict[Role, Engine] = {
        "causal": ScriptedEngine([" and", " then", " it", " snowed", "."], seconds_per_token=0.01),
        "masked": ScriptedEngine(words=["calm"]),
    }
    settings = folder / "config" / "settings.toml"
    if not settings.parent.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(tomli_w.dumps({"models": {"causal": str(model_folder(folder / "script"))}}))
    options = WindowOptions(file=file, data_dir=folder)
    return Inkling(application, Paths.under(folder), options, engines.__getitem__)


def main(folder: Path, file: Path, seed: int) -> int:
    """Write until the end."""
    application = QApplication(sys.argv[:1])
    inkling = open_window(application, folder, file)
    writer = WriterAtWork(inkling, seed)
    inkling.files.document_changed.connect(writer.start)
    inkling.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
