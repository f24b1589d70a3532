"""The notes of the document on the page, and their way to the disk."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document.document import Document
from app.document.notes import Notes
from ui.background_queue import BackgroundQueue
from ui.notifications import Notifications

LONGEST_MS = 1000  # that a change waits; writing it takes part of another second at worst


class NotesController(QObject):
    """Holds the notes, and keeps every change of them a second after it was made at the latest.

    Args:
        disk: where they are written.
        notifications: hears when the disk takes nothing.
    """

    changed = Signal()
    written = Signal()  # they were changed by the writer, not by opening another document
    replaced = Signal()  # they are those of another document

    def __init__(
        self, disk: BackgroundQueue, notifications: Notifications, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._disk = disk
        self._notifications = notifications
        self._document: Document | None = None
        self._notes = Notes()
        self._is_kept = True
        self._is_failing = False
        self._timer = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def notes(self) -> Notes:
        """What the writer wants the model to know of the document."""
        return self._notes

    def follow(self, document: Document, notes: Notes) -> None:
        """Hold the notes of another document, once those of the last one are on their way to the disk."""
        self.flush()
        self._document = document
        self._notes = notes
        self._is_failing = False
        self.replaced.emit()
        self.changed.emit()

    def write(self, notes: Notes) -> None:
        """Take the notes as the writer has changed them."""
        if notes == self._notes:
            return
        self._notes = notes
        self._is_kept = False
        if not self._timer.isActive():
            self._timer.start()
        self.written.emit()
        self.changed.emit()

    @Slot()
    def flush(self) -> None:
        """Write down now what was changed."""
        self._timer.stop()
        if not self._is_kept and self._document is not None:
            self._is_kept = True
            keep = partial(self._document.keep_notes, self._notes)
            self._disk.run(keep, self._on_kept, self._on_not_kept)

    def _on_kept(self, _nothing: None) -> None:
        self._is_failing = False

    def _on_not_kept(self, error: BaseException) -> None:
        """Tell the writer once; the next change, or the next save, tries again."""
        if not isinstance(error, OSError):
            self._notifications.report(error)
        elif not self._is_failing:
            self._notifications.warn(
                self.tr("The notes cannot be kept: {reason}.").format(reason=error.strerror or str(error)),
                self.tr("Make room on the disk. They are tried again when you change or save something."),
            )
        self._is_failing = True
