"""A continuation on its way into the page."""

from PySide6.QtCore import QObject, Signal, Slot

from app.document.manuscript import Manuscript, Source
from ui.editor.page import Page
from ui.editor.plain_text import text_between


class StreamWriter(QObject):
    """Inserts streamed text at its own place, whatever the writer does elsewhere.

    Text that comes while an input method composes waits until it has done: an insertion would break it off.

    The whole stream is one undo step; where the writer typed meanwhile, each run is one. The stream ends
    when its place is touched: deleted, undone or typed at. A caret that stands at the end of the stream
    moves along with it.

    Args:
        page: where the text goes.
        position: where in it, in UTF-16 code units.
        source: who writes it.
    """

    lost = Signal()

    def __init__(self, page: Page, position: int, source: Source) -> None:
        super().__init__(page)
        self._page = page
        self._source = source
        self._cursor = page.text_cursor_at(position)
        self._begin = page.text_cursor_at(position)
        self._begin.setKeepPositionOnInsert(True)
        self._place = position  # as of the last change; UTF-16 code units
        self._last_step = -1
        self._revision = page.document().revision()
        self._waiting = ""
        self._is_inserting = False
        self._is_live = True
        self._is_closing = False
        page.document().contentsChange.connect(self._on_contents_change)
        page.composed.connect(self._write)

    @property
    def position(self) -> int:
        """The end of the stream, in UTF-16 code units."""
        return self._cursor.position()

    @property
    def text(self) -> str:
        """What stands between the beginning and the end of the stream."""
        return text_between(self._page.document(), self._begin.position(), self.position)

    def insert(self, text: str) -> None:
        """Add text to the stream; nothing happens once its place is lost."""
        self._waiting += text
        self._write()

    def close(self) -> None:
        """End the stream; what was written stays, and what waits for an input method still comes."""
        self._is_closing = True
        self._write()

    @Slot()
    def _write(self) -> None:
        if self._page.is_composing:
            return
        if self._waiting and self._is_live:
            self._insert_waiting()
        if self._is_closing:
            self._page.document().contentsChange.disconnect(self._on_contents_change)
            self._page.composed.disconnect(self._write)
            self.deleteLater()

    def _insert_waiting(self) -> None:
        text, self._waiting = Manuscript.of_one(self._waiting, self._source), ""
        follows = self._page.textCursor().position() == self.position
        self._is_inserting = True
        try:
            self._last_step = self._page.undo_steps.extend(self._cursor, text, self._last_step)
        finally:
            self._is_inserting = False
        self._place = self.position
        self._revision = self._page.document().revision()
        if follows:
            self._page.follow_caret()

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, removed: int, added: int) -> None:
        if self._is_inserting or not self._is_live or self._revision == self._page.document().revision():
            return  # our own text, or a change of nothing but looks
        self._revision = self._page.document().revision()
        deleted_here = removed > 0 and position <= self._place <= position + removed
        typed_here = added > 0 and position == self._place
        if deleted_here or typed_here:
            self._is_live = False
            self.lost.emit()
        else:
            self._place = self.position
