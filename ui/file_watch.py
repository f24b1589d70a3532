"""When a file may have been changed by somebody else."""

from pathlib import Path

from PySide6.QtCore import QEvent, QFileSystemWatcher, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

SETTLE_MS = 300  # a program that saves touches its file several times


class FileWatch(QObject):
    """Tells when to look at a file: the system saw it touched, or the writer came back to the window.

    Whether it holds anything else is for others to find out. On network folders the system sees nothing.
    """

    touched = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._path: Path | None = None
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._watcher.fileChanged.connect(self._settle.start)
        self._watcher.directoryChanged.connect(self._settle.start)
        window.installEventFilter(self)

    def follow(self, path: Path | None) -> None:
        """Watch this file, and the folder in which it may be replaced."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._path = path
        self._settle.stop()
        self._watch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.WindowActivate and self._path is not None:
            self._settle.start()
        return False

    @Slot()
    def _on_settled(self) -> None:
        self._watch()  # a file that was replaced is another one to the system
        self.touched.emit()

    def _watch(self) -> None:
        if self._path is None:
            return
        watched = {*self._watcher.files(), *self._watcher.directories()}
        for place in (self._path, self._path.parent):
            if str(place) not in watched and place.exists():
                self._watcher.addPath(str(place))
