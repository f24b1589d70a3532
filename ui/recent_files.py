"""The files that were open lately."""

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

MOST = 10
KEY = "files/recent"


class RecentFiles(QObject):
    """Remembers up to ten files, the latest first.

    Args:
        file: the INI file that keeps them.
    """

    changed = Signal()

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(str(file), QSettings.Format.IniFormat, self)

    def paths(self) -> list[Path]:
        """Return the files, the latest first; some may be gone."""
        value = self._store.value(KEY, [])
        if isinstance(value, str):  # an INI file knows no list of one
            value = [value]
        return [Path(name) for name in value if name] if isinstance(value, list) else []

    def add(self, path: Path) -> None:
        """Put `path` first."""
        path = path.absolute()
        self._keep([path, *(other for other in self.paths() if other != path)][:MOST])

    def remove(self, path: Path) -> None:
        """Forget `path`."""
        self._keep([other for other in self.paths() if other != path.absolute()])

    def clear(self) -> None:
        """Forget all files."""
        self._keep([])

    def _keep(self, paths: list[Path]) -> None:
        if paths != self.paths():
            self._store.setValue(KEY, [str(path) for path in paths])
            self.changed.emit()
