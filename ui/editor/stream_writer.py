"""A take on its way into the page."""

from contextlib import nullcontext

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextCursor

from app.assist.takes import Take
from app.document.manuscript import Manuscript, Source
from ui.editor.page import Page
from ui.editor.steady_view import shows_caret, steady_view
from ui.editor.take_places import TakePlaces


class StreamWriter(QObject):
    """Brings a take that is being written onto the page at its own place, whatever is done elsewhere.

    Text that comes while an input method composes waits until it has done: an insertion would break it off.

    The whole stream is one undo step; where the writer typed meanwhile, each run is one. The stream ends
    when its place is touched: deleted, undone or typed at. A caret that stands at the end of the stream
    moves along with it, and the view with the caret; one that is elsewhere or out of sight stays.

    Args:
        page: where the text goes.
        places: puts whole takes on it.
        place: where in it; what it selects is replaced as soon as there is something to put there.
        take: what is written; it grows.
        source: who writes it.
    """

    lost = Signal()

    def __init__(
        self, page: Page, places: TakePlaces, place: QTextCursor, take: Take, source: Source
    ) -> None:
        super().__init__(page)
        self._page = page
        self._places = places
        self._take = take
        self._source = source
        self._cursor = place
        self._place = place.selectionStart(), place.selectionEnd()  # as of the last change
        self._last_step = -1
        self._revision = page.document().revision()
        self._has_begun = False
        self._is_inserting = False
        self._is_live = True
        self._is_closing = False
        page.document().contentsChange.connect(self._on_contents_change)
        page.composed.connect(self.write)

    @property
    def position(self) -> int:
        """The end of the stream, in UTF-16 code units."""
        return self._cursor.position()

    @property
    def take(self) -> Take:
        """What is written."""
        return self._take

    @property
    def source(self) -> Source:
        """Who writes it."""
        return self._source

    @property
    def has_begun(self) -> bool:
        """Whether something of the take stands on the page."""
        return self._has_begun

    @Slot()
    def write(self) -> None:
        """Bring the page up to the take; nothing happens once its place is lost."""
        if self._page.is_composing:
            return
        if self._is_live:
            self._insert_waiting()
        if self._is_closing:
            self._page.document().contentsChange.disconnect(self._on_contents_change)
            self._page.composed.disconnect(self.write)
            self.deleteLater()

    def swap(self, take: Take, start: int, end: int) -> None:
        """Put another take in place of the one that stands between two places, and go on with that.

        This begins an undo step, which what comes later belongs to.
        """
        self._is_inserting = True
        try:
            self._places.put(take, start, end)
        finally:
            self._is_inserting = False
        self._take = take
        self._cursor = self._page.text_cursor_at(self._page.textCursor().position())
        self._look()
        self._last_step = self._revision

    def close(self) -> None:
        """End the stream; what was written stays, and what waits for an input method still comes."""
        self._is_closing = True
        self.write()

    def _insert_waiting(self) -> None:
        take = self._take
        waiting = (
            Manuscript.of_one(take.text[take.length :], self._source) if self._has_begun else take.manuscript
        )
        if not waiting.text:
            return
        start, end = self._place
        follows = start <= self._page.textCursor().position() <= end and shows_caret(self._page)
        is_step = not self._page.undo_steps.is_last(self._last_step)
        self._is_inserting = True
        try:
            with nullcontext() if follows else steady_view(self._page):
                self._last_step = self._page.undo_steps.extend(
                    self._cursor, waiting, self._last_step, take.number
                )
        finally:
            self._is_inserting = False
        self._has_begun = True
        take.note(len(take.text), is_step)
        self._look()
        if follows:
            self._page.follow_caret()

    def _look(self) -> None:
        self._place = self._cursor.selectionStart(), self._cursor.selectionEnd()
        self._revision = self._page.document().revision()

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, removed: int, added: int) -> None:
        if self._is_inserting or not self._is_live or self._revision == self._page.document().revision():
            return  # our own text, or a change of nothing but looks
        start, end = self._place
        deleted_here = removed > 0 and position <= end and start <= position + removed
        typed_here = added > 0 and start <= position <= end
        if deleted_here or typed_here:
            self._is_live = False
            self.lost.emit()
        else:
            self._look()
