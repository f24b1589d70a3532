"""Text on its way through the clipboard, which remembers within Inkling who wrote it."""

import json

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from shiboken6 import createdByPython

from app.document.manuscript import Author, Manuscript, runs_from_json, runs_to_json
from app.document.storage import digest
from ui.editor.sources import source_of_now

RUNS = "application/x-inkling-runs"  # beside the text itself
MOST_BYTES = 10_000_000  # another program may have put anything there


def packed(manuscript: Manuscript) -> QMimeData:
    """Return what the clipboard gets."""
    data = QMimeData()
    data.setText(manuscript.text)
    content = {"text": _fingerprint(manuscript.text), **runs_to_json(manuscript.runs)}
    data.setData(RUNS, json.dumps(content).encode())
    return data


def unpacked(data: QMimeData, text: str) -> Manuscript:
    """Return who wrote `text`, the words of what the clipboard holds; pasted where nothing says more."""
    runs = bytes(data.data(RUNS).data())
    if 0 < len(runs) <= MOST_BYTES:
        try:
            content = json.loads(runs)
            if content["text"] == _fingerprint(text):
                return Manuscript.of(text, runs_from_json(content))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            pass  # some other program wrote it
    return Manuscript.of_one(text, source_of_now(Author.PASTED))


def let_go() -> None:
    """Leave what was copied to Qt alone: what Python made crashes when it is deleted behind Python's end."""
    clipboard = QGuiApplication.clipboard()
    content = clipboard.mimeData()
    if content is not None and createdByPython(content):
        clipboard.setText(content.text())


def _fingerprint(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass"))
