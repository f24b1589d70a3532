"""What changes on the page, as edits from which a copy elsewhere can follow it."""

from PySide6.QtCore import QObject, Signal, Slot

from app.document.manuscript import Edit, Manuscript
from ui.editor.page import Page
from ui.editor.plain_text import utf16_length


class EditCapture(QObject):
    """Notes every change of the text and of who wrote it, from `start` on; what is typed in a row is one."""

    noted = Signal()  # there are edits to take

    def __init__(self, page: Page, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = page.document()
        self._sources = page.sources
        self._edits: list[Edit] = []
        self._is_running = False
        self._length = 0  # of the text after the last change, in UTF-16 code units
        self._revision = 0
        self._document.contentsChange.connect(self._on_contents_change)

    def start(self) -> None:
        """Note what changes from now on, and forget what was noted before."""
        self._edits = []
        self._is_running = True
        self._look()

    def stop(self) -> None:
        """Note nothing until it is started again, and forget what was noted."""
        self._edits = []
        self._is_running = False

    def take_edits(self) -> list[Edit]:
        """Return the edits since the last call, in their order."""
        edits, self._edits = self._edits, []
        return edits

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, removed: int, added: int) -> None:
        if not self._is_running:
            return
        before, revision = self._length, self._revision
        self._look()
        if revision == self._revision and before == self._length:
            return  # nothing but looks
        removed = min(removed, before - position)  # Qt sometimes counts the end of the document too
        added = min(added, self._length - position)
        if before - removed + added != self._length:
            position, removed, added = 0, before, self._length
        self._note(Edit(position, removed, self._sources.between(position, position + added)))

    def _look(self) -> None:
        self._length = self._document.characterCount() - 1
        self._revision = self._document.revision()

    def _note(self, edit: Edit) -> None:
        if edit.removed == 0 and self._edits and edit.position == _end(self._edits[-1]):
            last, new = self._edits.pop(), edit.inserted
            both = Manuscript.of(last.inserted.text + new.text, (*last.inserted.runs, *new.runs))
            edit = Edit(last.position, last.removed, both)
        self._edits.append(edit)
        self.noted.emit()


def _end(edit: Edit) -> int:
    return edit.position + utf16_length(edit.inserted.text)
