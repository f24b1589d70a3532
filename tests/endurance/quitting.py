"""The whole program, told to end at an awkward moment.

Started as `python -m tests.endurance.quitting PHASE DELAY_MS FOLDER FILE`, it waits for the phase, lets the
delay pass, prints the time and ends itself: by SIGTERM where there is unsaved text, else by closing the
window.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest

from ui.application import Inkling, WindowOptions
from ui.running import run


class Quitter(QObject):
    """Brings the window into a phase and quits a moment later."""

    def __init__(self, inkling: Inkling, phase: str, delay_ms: int) -> None:
        super().__init__(inkling)
        self._inkling = inkling
        self._delay_ms = delay_ms
        self._is_quitting = False
        phases: dict[str, Callable[[], object]] = {
            "load": self._quit_soon,
            "generation": self._generate,
            "save": self._save,
            "recovery": self._recover,
            "copy": self._copy,
        }
        phases[phase]()

    def _generate(self) -> None:
        self._inkling.models.changed.connect(self._continue)
        self._inkling.continuation.streaming_changed.connect(self._quit_soon)

    def _continue(self) -> None:
        if self._inkling.models.is_ready("causal") and not self._inkling.continuation.is_streaming:
            QTest.keyClicks(self._inkling.page, "The snow had covered the road, and")
            self._inkling.continuation.start()

    def _save(self) -> None:
        files = self._inkling.files

        def type_and_save() -> None:
            QTest.keyClicks(self._inkling.page, "The snow had covered the road. ")
            files.save()
            self._quit_soon()

        files.document_changed.connect(type_and_save)

    def _recover(self) -> None:
        self._inkling.recovery.offered.connect(self._quit_soon)

    def _copy(self) -> None:
        def copy() -> None:
            self._inkling.page.selectAll()
            self._inkling.page.copy()
            self._quit_soon()

        self._inkling.files.document_changed.connect(copy)

    def _quit_soon(self) -> None:
        if not self._is_quitting:
            self._is_quitting = True
            QTimer.singleShot(self._delay_ms, self, self._quit)

    def _quit(self) -> None:
        print(time.time(), flush=True)
        if self._inkling.page.document().isModified():
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            self._inkling.window.close()


def main(phase: str, delay_ms: int, folder: Path, file: Path) -> int:
    """Run the program until it has ended itself, and return its exit status."""
    options = WindowOptions(file=file, data_dir=folder)
    return run(options, lambda inkling: Quitter(inkling, phase, delay_ms))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])))
