"""What a program that died left behind: from its journal back to the page."""

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.document.document import Document, Opened
from app.document.left_behind import Found, LeftBehind
from app.document.recovery import find_unsaved
from app.paths import Paths
from ui.background_queue import BackgroundQueue
from ui.controllers.files_controller import FilesController
from ui.controllers.journal_controller import JournalController
from ui.dialogs.comparison_view import Surroundings
from ui.dialogs.left_behind import LeftBehindWindow
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.notifications import Notifications


class RecoveryController(QObject):
    """Offers every document that was not saved when its program died; until the writer chooses, it stays.

    Args:
        files: opens what is brought back.
        manuscript: the text on the page and who wrote it.
        journal: keeps what was brought back before the old journal goes.
        disk: where journals are read.
        paths: where they lie.
    """

    offered = Signal()

    def __init__(
        self,
        files: FilesController,
        manuscript: ManuscriptOnPage,
        journal: JournalController,
        disk: BackgroundQueue,
        paths: Paths,
        notifications: Notifications,
        surroundings: Surroundings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._files = files
        self._manuscript = manuscript
        self._journal = journal
        self._disk = disk
        self._paths = paths
        self._notifications = notifications
        self._surroundings = surroundings
        self._window = window
        self._offer: LeftBehindWindow | None = None

    @Slot()
    def look(self) -> None:
        """Look for what was left behind, and offer it."""
        now = datetime.now().astimezone()
        self._disk.run(partial(find_unsaved, self._paths, now), self._on_found, self._notifications.report)

    def _on_found(self, found: Found) -> None:
        if found.documents:
            self._offer = LeftBehindWindow(
                found.documents, found.unreadable, self._surroundings, self._window
            )
            self._offer.bring_back.connect(self._bring_back)
            self._offer.discarded.connect(self._discard)
            self._offer.finished.connect(self._forget)
            self._offer.show()
            self.offered.emit()
            return
        for file in found.unreadable:
            self._notifications.warn(
                self.tr("What was kept of an unsaved text is damaged and cannot be read."),
                self.tr("It lies in {file}.").format(file=file),
            )

    @Slot(object)
    def _bring_back(self, left: LeftBehind) -> None:
        self._files.when_safe(lambda: self._show(left))

    def _show(self, left: LeftBehind) -> None:
        """Put the saved text on the page, and what was written since as one step that undo takes back."""
        document = Document(self._paths, left.about, left.base, left.notes)
        self._files.show(Opened(document, left.base, notes=left.notes))
        self._manuscript.replace(left.manuscript)
        self._journal.flush()

        def let_go() -> None:
            document.record([])  # raises while the new journal does not hold it all
            if left.notes:
                document.keep_notes(left.notes)
            left.discard()

        self._disk.run(let_go, partial(self._take_out, left), self._notifications.report)

    @Slot(object)
    def _discard(self, left: LeftBehind) -> None:
        self._disk.run(left.discard, partial(self._take_out, left), self._notifications.report)

    def _take_out(self, left: LeftBehind, _done: None) -> None:
        if self._offer is not None:
            self._offer.take_out(left)

    @Slot()
    def _forget(self) -> None:
        self._offer = None
