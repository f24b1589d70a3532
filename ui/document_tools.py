"""What keeps the writer's documents safe, built and wired."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from app.paths import Paths
from ui.background_queue import BackgroundQueue
from ui.controllers.elsewhere_controller import ElsewhereController
from ui.controllers.files_controller import FilesController
from ui.controllers.journal_controller import JournalController
from ui.controllers.notes_controller import NotesController
from ui.controllers.recovery_controller import RecoveryController
from ui.controllers.versions_controller import VersionsController
from ui.dialogs.comparison_view import Surroundings
from ui.dialogs.statistics import Statistics
from ui.editor.edit_capture import EditCapture
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.icons import Icons
from ui.main_window import MainWindow
from ui.notifications import Notifications
from ui.recent_files import RecentFiles
from ui.theme import Theme


class DocumentTools(QObject):
    """The page's text on its way to the disk and back: files, journal, versions, provenance."""

    ending = Signal()  # the last moment to hand something to the disk

    def __init__(
        self,
        page: Page,
        manuscript: ManuscriptOnPage,
        paths: Paths,
        theme: Theme,
        icons: Icons,
        store: QSettings,
        notifications: Notifications,
        recent: RecentFiles,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self.disk = BackgroundQueue("disk", self)
        self._comparisons = BackgroundQueue("comparisons", self)  # take too long for the journal to wait
        surroundings = Surroundings(self._comparisons, theme, icons, page.font, store)
        self.capture = EditCapture(page, self)
        self.journal = JournalController(self.capture, self.disk, notifications, self)
        self.notes = NotesController(self.disk, notifications, self)
        self.files = FilesController(
            page, manuscript, self.journal, self.notes, self.disk, paths, notifications, recent, window
        )
        self.elsewhere = ElsewhereController(
            page, manuscript, self.files, self.journal, self.disk, notifications, surroundings, window
        )
        self.recovery = RecoveryController(
            self.files, manuscript, self.journal, self.disk, paths, notifications, surroundings, window
        )
        self.versions = VersionsController(
            self.files, manuscript, self.disk, paths, notifications, surroundings, window
        )
        self.statistics = Statistics(
            page,
            theme,
            manuscript.take,
            self._path,
            self.disk.run,
            notifications,
            window,
        )
        self._window = window
        window.close_requested.connect(self.close)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands do, by their identifiers."""
        return {
            "new": self.files.new,
            "open": self.files.choose_and_open,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "versions": self.versions.show,
            "statistics": self.statistics.count_and_show,
        }

    def end(self, patience_ms: int) -> bool:
        """Let what is on its way to the disk arrive there, and return whether that was in time."""
        self.ending.emit()
        self.journal.let_go()
        self.notes.let_go()
        self.elsewhere.let_go()
        is_done = self.disk.close(patience_ms)
        return self._comparisons.close(patience_ms) and is_done

    @Slot()
    def close(self) -> None:
        """Close the window once nothing would be lost."""
        self.files.when_safe(lambda: self.files.close(self._window.close_for_good))

    @Slot()
    def leave(self) -> None:
        """Close the window without a question; what is not saved is offered at the next start."""
        self.files.leave(self._window.close_for_good)

    def _path(self) -> Path | None:
        return self.files.document.path
