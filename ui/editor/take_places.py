"""Where takes stand in the text, whatever is edited, undone and done again around them."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QTextCursor

from app.assist.takes import Take, TakeHistory
from ui.editor.page import Page
from ui.editor.plain_text import text_between, utf16_length


@dataclass(frozen=True)
class Standing:
    """A take on the page, from where to where, in UTF-16 code units."""

    take: Take
    start: int
    end: int


class TakePlaces(QObject):
    """Knows the places of takes, and which take stands in each.

    The page holds the number of a take in the format of its characters, which Qt keeps through undo and redo.
    So nothing here has to follow them: what stands at a place is read from the page.

    Args:
        page: where they stand.
        history: knows the takes by their numbers.
    """

    def __init__(self, page: Page, history: TakeHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._history = history
        self._anchors: dict[int, QTextCursor] = {}  # by the numbers of places, the one last used at the end
        self._last_place = 0
        page.document().contentsChange.connect(self._on_contents_change)

    @property
    def current(self) -> Standing | None:
        """What stands untouched at the place last used; one of which nothing is left does not count."""
        for place in reversed(self._anchors):
            found = self._at(place)
            if found is not None:
                return found if self._is_whole(found) else None
        return None

    def standing(self, place: int) -> Standing | None:
        """Return the take that stands untouched at a place."""
        found = self._at(place)
        return found if found is not None and self._is_whole(found) else None

    def left_at(self, place: int) -> str:
        """Return what is left of the take at a place, without what was written into it."""
        found = self._at(place)
        if found is None:
            return ""
        reach = min(found.start + 2 * utf16_length(found.take.text), self._length())
        spans = self._page.sources.takes(found.start, reach)
        return "".join(
            text_between(self._page.document(), start, end)
            for start, end, number in spans
            if self._history.take(number) is found.take
        )

    def position(self, place: int) -> int:
        """Return where a place is, or where it was before the text around it went; UTF-16 code units."""
        return self._anchors[place].position()

    def place_at(self, position: int) -> int:
        """Return the number of a place without a take, in UTF-16 code units; from now on it is current."""
        for place in reversed(self._anchors):
            if self.position(place) == position and self._at(place) is None:
                self.use(place)
                return place
        self._last_place += 1
        self._anchors[self._last_place] = self._page.text_cursor_at(position)
        return self._last_place

    def use(self, place: int) -> None:
        """Let a place be the one last used."""
        self._anchors[place] = self._anchors.pop(place)

    def put(self, take: Take, start: int, end: int) -> None:
        """Put a whole take in place of what stands between two places, as one step, and the caret behind it.

        The view stays, unless the caret would be out of sight.
        """
        if take.number in (self._number_at(start - 1), self._number_at(end)):
            self._history.rename(take)  # what is left of it there does not belong to it
        bar = self._page.verticalScrollBar()
        scrolled = bar.value()
        cursor = self._page.text_cursor_at(start, end)
        self._page.undo_steps.insert(cursor, take.manuscript, take.number)
        take.note(len(take.text), is_step=True)
        cursor.setPosition(cursor.position())
        self._page.setTextCursor(cursor)
        bar.setValue(scrolled)
        if not self._page.viewport().rect().contains(self._page.cursorRect()):
            self._page.ensureCursorVisible()

    def forget(self) -> None:
        """Forget all places: another document is opened."""
        self._anchors.clear()

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        """Anchor again what came back, by undo or otherwise: what comes at an anchor pushes it along."""
        if not added or not self._anchors:
            return
        before = self._number_at(position - 1)
        for start, _end, number in self._page.sources.takes(position, min(position + added, self._length())):
            if number and number != before:
                self._anchor(number, start)
            before = number

    def _anchor(self, number: int, start: int) -> None:
        take = self._history.take(number)
        if take is None:
            return
        anchor = self._anchors[self._history.round_of(take).place]
        if anchor.position() > start or self._number_at(anchor.position()) != number:
            anchor.setPosition(start)

    def _at(self, place: int) -> Standing | None:
        """Return the take that stands at a place, however it was edited."""
        start = end = self.position(place)
        standing = 0
        for _start, until, number in self._page.sources.takes(start, self._length()):
            if number != (standing or number) or not number:
                break
            standing, end = number, until
        take = self._history.take(standing)
        if take is None or self._history.round_of(take).place != place:
            return None
        return Standing(take, start, end)

    def _is_whole(self, found: Standing) -> bool:
        return found.take.is_whole(text_between(self._page.document(), found.start, found.end))

    def _number_at(self, position: int) -> int:
        """Return the number of the take that a character is of; 0 for none."""
        if position < 0:
            return 0
        return next((number for *_, number in self._page.sources.takes(position, position + 1)), 0)

    def _length(self) -> int:
        return self._page.document().characterCount() - 1
