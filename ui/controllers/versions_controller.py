"""The versions of the document on the page: from the command to the one that is restored."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.document.history import History
from app.paths import Paths
from ui.background_queue import BackgroundQueue
from ui.controllers.files_controller import FilesController
from ui.dialogs.comparison_view import Surroundings
from ui.dialogs.versions import VersionsWindow
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.notifications import Notifications


class VersionsController(QObject):
    """Shows what a document was at each save; a version that is restored is one step that undo takes back.

    Args:
        files: knows the document.
        manuscript: the text on the page and who wrote it.
        disk: where versions are read.
        paths: where they lie.
        surroundings: what comparing needs.
    """

    def __init__(
        self,
        files: FilesController,
        manuscript: ManuscriptOnPage,
        disk: BackgroundQueue,
        paths: Paths,
        notifications: Notifications,
        surroundings: Surroundings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._files = files
        self._manuscript = manuscript
        self._disk = disk
        self._paths = paths
        self._notifications = notifications
        self._surroundings = surroundings
        self._window = window
        self._versions: VersionsWindow | None = None
        files.document_changed.connect(self._close)

    @Slot()
    def show(self) -> None:
        """Open the window with the versions."""
        document = self._files.document
        if document.path is None:
            self._notifications.inform(self.tr("Save the text first. Each save keeps a version."))
            return
        self._close()
        self._versions = VersionsWindow(
            document.name,
            History(self._paths.history, document.path).versions,
            self._disk,
            lambda: self._manuscript.take().text,
            self._surroundings,
            self._window,
        )
        self._versions.restored.connect(self._manuscript.replace)
        self._versions.finished.connect(self._forget)
        self._versions.show()

    @Slot()
    def _forget(self) -> None:
        self._versions = None

    @Slot()
    def _close(self) -> None:
        """Close the window, whose versions are those of another document now."""
        if self._versions is not None:
            self._versions.reject()
