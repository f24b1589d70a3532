"""Lets the real window meet something hostile: `hostile_window.py FOLDER open FILE | paste PORT PIPE BYTES`.

Prints one JSON object: what the writer was told, what stands on the page, and what it took.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import tomli_w
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from app.cli.memory import peak_memory
from app.engines.scripted import ScriptedEngine
from app.paths import Paths
from tests.ui.conftest import model_folder
from ui.application import Inkling, WindowOptions
from ui.editor.plain_text import text_of

MOST_ADDRESSES = 4_000_000_000  # bytes, libraries and all
PATIENCE = 100.0  # seconds
SHOWN = 100  # characters

Act = Callable[[Inkling], Callable[[], object]]  # returns what comes true once it is over


def open_and_save(file: Path) -> Act:
    def act(inkling: Inkling) -> Callable[[], object]:
        told, opened, saved = [], [], []
        inkling.notifications.posted.connect(told.append)
        inkling.files.document_changed.connect(lambda: opened.append(file))
        inkling.files.saved.connect(saved.append)
        inkling.files.open(file)
        wait_for(lambda: told or opened)
        if opened:
            inkling.page.insertPlainText("More of ")
            inkling.files.save()
        return lambda: told or saved

    return act


def paste(port: str, pipe: str, size: str) -> Act:
    piece = f'<p>word</p><img src="http://127.0.0.1:{port}/a.png"><img src="file://{pipe}"><link href="file://{pipe}">'

    def act(inkling: Inkling) -> Callable[[], object]:
        content = QMimeData()
        content.setHtml(piece * (int(size) // len(piece)))
        QApplication.clipboard().setMimeData(content)
        told: list[object] = []
        inkling.notifications.posted.connect(told.append)
        inkling.page.paste()
        return lambda: told or not inkling.page.document().isEmpty()

    return act


def meet(folder: Path, act: Act) -> dict[str, Any]:
    settings = folder / "config" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text(tomli_w.dumps({"models": {"causal": str(model_folder(folder / "script"))}}))
    application = QApplication(sys.argv[:1])
    inkling = Inkling(application, Paths.under(folder), WindowOptions(), lambda role: ScriptedEngine())
    notices: list[str] = []
    inkling.notifications.posted.connect(lambda notice: notices.append(notice.text))
    inkling.start()
    wait_for(lambda: inkling.models.is_ready("causal") and inkling.models.is_ready("masked"))
    before, begun = peak_memory(), monotonic()
    is_over = act(inkling)
    wait_for(is_over)
    text = text_of(inkling.page.document())
    found = {
        "notices": notices,
        "text": text[:SHOWN],
        "characters": len(text),
        "seconds": round(monotonic() - begun, 2),
        "megabytes": peak_memory() - before,
    }
    inkling.client.shut_down(30_000)
    QApplication.clipboard().clear()
    return found


def wait_for(condition: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        if monotonic() > deadline:
            sys.exit("nothing came of it")
        QApplication.processEvents()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
    where, what, *details = sys.argv[1:]
    acts = {"open": lambda file: open_and_save(Path(file)), "paste": paste}
    print(json.dumps(meet(Path(where), acts[what](*details))), flush=True)
