"""Undo in the order in which things happened, in whole runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QTextCursor, QTextDocument

from app.document.manuscript import Manuscript
from ui.editor.sources import Sources


class UndoSteps:
    """Inserts text for the writer as undo steps of their own.

    Qt joins a typed character to the edit block before it when the two touch, so that one undo would take
    back both. After every insertion of ours, the next typed text is therefore put into a block of its own.
    """

    def __init__(self, document: QTextDocument, sources: Sources) -> None:
        self._document = document
        self._sources = sources
        self._own_revision = -1  # of the document, just after the last insertion of ours

    def insert(self, cursor: QTextCursor, text: Manuscript, take: int = 0) -> None:
        """Insert `text` in place of the cursor's selection, as one step; `take` is the number of a take."""
        cursor.beginEditBlock()
        self._sources.insert(cursor, text, take)
        cursor.endEditBlock()
        self._own_revision = self._document.revision()

    def is_last(self, revision: int) -> bool:
        """Tell whether nothing has happened since the document had this revision."""
        return revision == self._document.revision()

    def extend(self, cursor: QTextCursor, text: Manuscript, since: int, take: int = 0) -> int:
        """Insert `text`, joined to the step before it if nothing has happened since.

        Args:
            cursor: where to insert; what it selects is replaced.
            text: what to insert.
            since: what the last call of this run returned, or -1 for the first.
            take: the number of the take that this is a part of; 0 is none.

        Returns:
            What to give to the next call of the run.
        """
        if self.is_last(since):
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        self._sources.insert(cursor, text, take)
        cursor.endEditBlock()
        self._own_revision = self._document.revision()
        return self._own_revision

    @contextmanager
    def typing(self, cursor: QTextCursor) -> Iterator[None]:
        """Let the writer's typing inside the `with` block replace what `cursor` selects.

        It begins a step of its own where it must.
        """
        if not cursor.hasSelection() and self._own_revision != self._document.revision():
            yield
            return
        cursor.beginEditBlock()
        try:
            cursor.removeSelectedText()  # Qt would give what it types in its place the format of its end
            yield
        finally:
            cursor.endEditBlock()
            self._own_revision = -1
