"""The file behind the page."""

from enum import Enum
from pathlib import Path

from app.document import storage
from app.document.storage import TextFile, TextFormat
from app.errors import InklingError


class OnDisk(Enum):
    """What became of a file since it was last read or written."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"


class Document:
    """Which file the text belongs to, how the file writes it, and whether it holds all of it.

    The text itself lives in the editor. Revisions only grow; undoing every change since the last save leads
    to a new revision that counts as saved.
    """

    def __init__(self, path: Path | None = None, file: TextFile | None = None) -> None:
        self.path = path
        self.format = file.format if file is not None else TextFormat()
        self.revision = 0
        self._saved_revision = 0
        self._digest = file.digest if file is not None else None

    @property
    def name(self) -> str:
        """The name of the file; empty for a text that has none yet."""
        return self.path.name if self.path is not None else ""

    @property
    def is_saved(self) -> bool:
        """Whether the file holds the text as it is."""
        return self.revision == self._saved_revision

    def edited(self) -> None:
        """Take note that the text changed."""
        self.revision += 1

    def returned_to_saved_text(self) -> None:
        """Take note that undo or redo led back to the text that was saved."""
        self._saved_revision = self.revision

    def saved(self, path: Path, digest: str) -> None:
        """Take note that the text as it is now was written to `path`."""
        self.path = path
        self._digest = digest
        self._saved_revision = self.revision

    def on_disk(self) -> OnDisk:
        """Compare the file with what was last read from it or written to it."""
        if self.path is None or not self.path.exists():
            return OnDisk.GONE
        try:
            same = storage.load(self.path).digest == self._digest
        except InklingError:
            same = False
        return OnDisk.UNCHANGED if same else OnDisk.CHANGED
