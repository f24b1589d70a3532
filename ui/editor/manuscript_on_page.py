"""The whole text of the page with who wrote it, taken from it and put on it."""

from itertools import chain

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCharFormat

from app.document.difference import only_edit
from app.document.manuscript import EARLIER, Manuscript, Run
from ui.editor.block_index import BlockIndex
from ui.editor.page import Page
from ui.editor.plain_text import text_of
from ui.editor.sources import united


class ManuscriptOnPage(QObject):
    """Keeps the runs of every paragraph, so that only those that changed are read when they are asked for."""

    def __init__(self, page: Page, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._runs: BlockIndex[tuple[Run, ...]] = BlockIndex(page.document(), page.sources.runs_of, self)

    def take(self) -> Manuscript:
        """Return what stands on the page."""
        self._runs.finish()
        runs = united(chain.from_iterable(self._runs.values()))
        return Manuscript(text_of(self._page.document()), runs)

    def put(self, manuscript: Manuscript) -> None:
        """Replace everything; nothing of it can be undone, and the page counts as saved."""
        page, document = self._page, self._page.document()
        page.setTextCursor(page.text_cursor_at(0))
        page.setCurrentCharFormat(QTextCharFormat())  # Qt would give all of the new text that of the caret
        page.setPlainText(manuscript.text)
        if any(source != EARLIER for _, source in manuscript.runs):
            document.setUndoRedoEnabled(False)
            page.sources.restore(0, manuscript)
            document.setUndoRedoEnabled(True)
        document.setModified(False)

    def replace(self, manuscript: Manuscript) -> None:
        """Replace what differs, as one step for undo."""
        edit = only_edit(self.take(), manuscript)
        if edit is not None:
            self._page.undo_steps.insert(
                self._page.text_cursor_at(edit.position, edit.position + edit.removed), edit.inserted
            )
