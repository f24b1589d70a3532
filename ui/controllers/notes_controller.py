"""The notes of the document on the page, and their way to the disk."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from app.document.document import Document
from app.document.notes import Notes
from ui.background_queue import BackgroundQueue
from ui.notifications import Action, Notifications

LONGEST_MS = 1000  # that a change waits; writing it takes part of another second at worst


class NotesController(QObject):
    """Holds the notes, and keeps every change of them a second after it was made at the latest.

    Args:
        disk: where they are written.
        notifications: hears when the disk takes nothing, and when others were replaced.
    """

    changed = Signal()
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
        self.changed.emit()

    @Slot()
    def flush(self) -> None:
        """Write down now what was changed."""
        self._timer.stop()
        if not self._is_kept and self._document is not None:
            self._is_kept = True
            document = self._document
            self._disk.run(
                partial(document.keep_notes, self._notes),
                lambda _: self._on_kept(document),
                partial(self._on_not_kept, document),
            )

    def let_go(self) -> None:
        """Write down what was changed, and try no more after that: the program ends."""
        self.flush()
        self._document = None

    def tell_of_replaced(self, document: Document) -> None:
        """Tell the writer of other notes, in whose place those of a document were kept."""
        file, document.replaced_notes = document.replaced_notes, None
        if file is not None:
            show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(file)))
            self._notifications.warn(
                self.tr("Other notes were kept on “{name}”. Yours have taken their place.").format(
                    name=document.name
                ),
                self.tr("The others lie in {file}.").format(file=file),
                Action(self.tr("Show Them"), show),
            )

    def _on_kept(self, document: Document) -> None:
        if document is self._document:
            self._is_failing = False
        self.tell_of_replaced(document)

    def _on_not_kept(self, document: Document, error: BaseException) -> None:
        """Tell the writer once, and go on trying."""
        is_current = document is self._document
        if not (is_current and self._is_failing):
            self._tell_of_failure(error)
        if is_current:
            self._is_failing = True
            self._is_kept = False
            self._timer.start()

    def _tell_of_failure(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            self._notifications.warn(
                self.tr("The notes cannot be kept: {reason}.").format(reason=error.strerror or str(error)),
                self.tr("Make room on the disk. Inkling goes on trying."),
            )
        else:
            self._notifications.report(error)
