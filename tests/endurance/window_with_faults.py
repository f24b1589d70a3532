"""The real window on a disk that fails it: `python -m tests.endurance.window_with_faults FOLDER KINDS`.

`faults.c` is preloaded. For each call that can fail while a text is journaled and saved, it types, saves, and
saves again once the fault is over; it prints one line of JSON for each attempt.
"""

import errno
import json
import sys
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.endurance.faults import Faults
from tests.endurance.writer_at_work import open_window
from tests.waiting import wait_until
from ui.application import Inkling
from ui.editor.plain_text import text_of
from ui.notifications import Notice

LONGEST_MS = 10_000
KINDS = ((errno.ENOSPC, False), (errno.EIO, True), (errno.ENOSPC, True), (errno.EIO, False))


class Window:
    """The window, and what it told the writer since somebody last asked."""

    def __init__(self, inkling: Inkling, file: Path) -> None:
        self._inkling = inkling
        self._file = file
        self._notices: list[Notice] = []
        inkling.notifications.posted.connect(self._notices.append)

    def settle(self) -> None:
        """Wait until nothing is on its way to the disk."""
        wait_until(lambda: self._inkling.documents.disk.is_idle)

    def type(self, text: str) -> None:
        """Type at the caret."""
        QTest.keyClicks(self._inkling.page, text)

    def save(self) -> None:
        """Save, and wait for what comes of it."""
        self._inkling.files.save()
        self.settle()

    def look(self) -> dict[str, object]:
        """Return what came of it."""
        told = [f"{notice.text} {notice.hint}" for notice in self._notices]
        self._notices.clear()
        return {
            "page": text_of(self._inkling.page.document()),
            "file": self._file.read_text(),
            "is dirty": self._inkling.page.document().isModified(),
            "told": told,
        }


def main(folder: Path, kinds: int) -> int:
    """Meet every fault of the first so many kinds."""
    file = folder / "story.md"
    application = QApplication(sys.argv[:1])
    inkling = open_window(application, folder, file)
    window = Window(inkling, file)
    inkling.start()
    wait_until(lambda: inkling.files.document.path == file)
    window.settle()
    faults = Faults(folder)
    for code, is_lasting in KINDS[:kinds]:
        for nth in faults.at_each_call(code, is_lasting):
            faults.disarm()
            old = file.read_text()
            faults.arm(nth, code, is_lasting)
            window.type("x")
            window.save()
            faults.disarm()
            failures, under = faults.failures, window.look()
            window.save()
            fault = {"error": errno.errorcode[code], "lasting": is_lasting, "nth": nth, "failures": failures}
            print(json.dumps(fault | {"old": old, "under": under, "after": window.look()}), flush=True)
    inkling.documents.end(LONGEST_MS)
    inkling.client.shut_down(LONGEST_MS)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
