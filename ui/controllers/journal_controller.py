"""What is written on the page, on its way into the journal."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from app.document.document import Document
from ui.background_queue import BackgroundQueue
from ui.editor.edit_capture import EditCapture
from ui.notifications import Notifications

LONGEST_MS = 1000  # that an edit waits; writing it takes part of another second at worst


class JournalController(QObject):
    """Hands every edit of the page to its document's journal, a second after it was made at the latest.

    Args:
        capture: takes note of the edits.
        disk: where the journal is written.
        notifications: hears when the disk takes nothing.
    """

    def __init__(
        self,
        capture: EditCapture,
        disk: BackgroundQueue,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._capture = capture
        self._disk = disk
        self._notifications = notifications
        self._document: Document | None = None
        self._is_failing = False
        self._timer = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._timer.timeout.connect(self.flush)
        capture.noted.connect(self._on_noted)

    def let_go(self) -> None:
        """Keep no more edits: another text is about to be put on the page."""
        self._timer.stop()
        self._capture.stop()
        self._document = None

    def follow(self, document: Document) -> None:
        """Keep the edits from now on for `document`, whose text stands on the page."""
        self._document = document
        self._is_failing = False
        self._capture.start()
        self.flush()

    @Slot()
    def flush(self) -> None:
        """Write down now what was captured so far."""
        self._timer.stop()
        if self._document is not None:
            record = partial(self._document.record, self._capture.take_edits())
            self._disk.run(record, self._on_recorded, self._on_not_recorded)

    @Slot()
    def _on_noted(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _on_recorded(self, _nothing: None) -> None:
        self._is_failing = False

    def _on_not_recorded(self, error: BaseException) -> None:
        """Tell the writer once, and go on trying."""
        if not isinstance(error, OSError):
            self._notifications.report(error)
        elif not self._is_failing:
            reason = error.strerror or str(error)
            self._notifications.warn(
                self.tr("What you write cannot be kept safe until you save it: {reason}.").format(
                    reason=reason
                ),
                self.tr("Make room on the disk, or save your text elsewhere."),
            )
        self._is_failing = True
        self._timer.start()
