"""The real window over damaged files: `python -m tests.endurance.start_damaged FOLDER TIMES SEED`.

Below FOLDER, what a program left that died over unsaved text is put in place again and again; each time one
of the files is damaged before the window opens. It prints one line of JSON for each start.
"""

import json
import random
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget

from app.document.history import History
from app.errors import InklingError
from tests.endurance.damage_files import damaged
from tests.endurance.writer_at_work import open_window
from tests.waiting import wait_until
from ui.dialogs.left_behind import VALUE, LeftBehindWindow
from ui.editor.plain_text import text_of
from ui.first_paint import FirstPaint
from ui.notifications import Notice

DAMAGED = ("*.journal", "*.version", "provenance.json", "about.json", "settings.toml")


class Start:
    """One start of the program over a folder."""

    def __init__(self, application: QApplication, folder: Path, file: Path | None) -> None:
        self.notices: list[Notice] = []
        self.inkling = open_window(application, folder, file)
        self.inkling.notifications.posted.connect(self.notices.append)
        painted: list[bool] = []
        FirstPaint(self.inkling.page.viewport()).happened.connect(lambda: painted.append(True))
        self.inkling.start()
        wait_until(lambda: bool(painted))
        QTest.qWait(1)  # what waits for the same moment
        wait_until(lambda: file is None or self.inkling.files.document.path == file)
        wait_until(lambda: self.inkling.documents.disk.is_idle)

    def offered(self) -> list[str]:
        """Return the texts that are offered."""
        window = self.inkling.window.findChild(LeftBehindWindow)
        if window is None:
            return []
        listed = window.findChild(QListWidget)
        return [listed.item(row).data(VALUE).manuscript.text for row in range(listed.count())]

    def end(self) -> None:
        """End it and leave unsaved text behind."""
        self.inkling.documents.leave()
        wait_until(lambda: self.inkling.documents.disk.is_idle)
        self.inkling.documents.end(10_000)
        self.inkling.client.shut_down(10_000)
        self.inkling.window.deleteLater()
        self.inkling.deleteLater()
        QApplication.sendPostedEvents(None, 0)


def prepare(application: QApplication, folder: Path, file: Path) -> list[str]:
    """Write, save and write on; return every text that the page has held."""
    start = Start(application, folder, file)
    texts = [text_of(start.inkling.page.document())]
    for number in range(4):
        cursor = start.inkling.page.textCursor()
        start.inkling.page.undo_steps.insert(cursor, start.inkling.manuscript.take())
        texts.append(text_of(start.inkling.page.document()))
        start.inkling.documents.journal.flush()
        if number < 3:
            start.inkling.files.save()
        wait_until(lambda: start.inkling.documents.disk.is_idle)
    start.end()
    return texts


def versions(folder: Path, file: Path) -> list[str]:
    """Return the texts of the versions that can be shown."""
    kept = History(folder / "data" / "history", file).versions
    texts = []
    for generation in kept.generations():
        with suppress(InklingError):
            texts.append(kept.load(generation).text)
    return texts


def main(folder: Path, times: int, seed: int) -> int:
    """Start over one damage after the other."""
    application = QApplication(sys.argv[:1])
    dice = random.Random(seed)
    whole, file = folder / "whole", folder / "story.md"
    file.write_text("It had begun to snow.\n")
    texts = prepare(application, whole, file)
    saved = file.read_bytes()
    for _ in range(times):
        now = folder / "now"
        shutil.rmtree(now, ignore_errors=True)
        shutil.copytree(whole, now)
        path = dice.choice([path for name in DAMAGED for path in sorted(now.rglob(name))])
        path.write_bytes(damaged(path.read_bytes(), dice))
        start = Start(application, now, None)
        outcome = {
            "file": path.name,
            "offered": start.offered(),
            "kept": versions(now, file),
            "said": [f"{notice.text} {notice.hint}" for notice in start.notices],
        }
        start.end()
        outcome["aside"] = [path.name for path in now.rglob("*.broken*")]
        outcome |= {"written": texts, "file is whole": file.read_bytes() == saved}
        print(json.dumps(outcome), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
