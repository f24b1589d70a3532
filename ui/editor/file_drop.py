"""Opening a file by dropping it on the page."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QPlainTextEdit


class FileDrop(QObject):
    """Takes files that are dropped on a page; dropped text still goes to the page."""

    dropped = Signal(object)  # Path

    def __init__(self, page: QPlainTextEdit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        page.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if not isinstance(event, QDropEvent):  # drag-enter and drag-move events are drop events too
            return super().eventFilter(watched, event)
        path = _file_in(event.mimeData())
        if path is None:
            return super().eventFilter(watched, event)
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(path)
        return True


def _file_in(content: QMimeData) -> Path | None:
    return next((Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()), None)
