"""The submenu of files that were open lately."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QWidget

from ui.recent_files import RecentFiles


class RecentMenu(QMenu):
    """Fills itself each time it is opened.

    Args:
        recent: knows the files.
        open_file: opens one of them.
    """

    def __init__(
        self, recent: RecentFiles, open_file: Callable[[Path], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._recent = recent
        self._open_file = open_file
        self.aboutToShow.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for path in self._recent.paths():
            self.addAction(str(path).replace("&", "&&"), partial(self._open_file, path))
        if self.isEmpty():
            self.addAction(self.tr("No files yet")).setEnabled(False)
