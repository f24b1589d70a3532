"""How unexpected the writer's own words are, shown on the page."""

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat
from PySide6.QtWidgets import QTextEdit, QToolTip

from app.assist.surprise import STEPS, WordBits
from app.document.manuscript import Author
from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.editor.plain_text import utf16_length
from ui.editor.surprise_words import surprise_in_words
from ui.editor.text_areas import position_at
from ui.editor.weighed_text import WeighedPart, WeighedText, parts_between
from ui.theme import Colours, Theme

LAYER = "surprise"
BY_MODELS = (Author.CONTINUATION, Author.WORD)
MOST_SHOWN = 3_000  # stretches on one screen


class SurpriseTint(QObject):
    """Tints what stands on the screen, but for what models wrote, and tells how unexpected a word was.

    It only draws what `weighed` holds. It must be built behind `ProvenanceTint` and before whatever else
    explains marks: theirs come first.
    """

    def __init__(
        self, page: Page, highlights: Highlights, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.weighed = WeighedText(page.document())
        self._page = page
        self._highlights = highlights
        self._theme = theme
        self._is_shown = False
        self._drawn: list[WeighedPart] = []
        highlights.reserve(LAYER)
        theme.changed.connect(self._draw_anew)
        page.document().contentsChanged.connect(self.draw)
        page.verticalScrollBar().valueChanged.connect(self.draw)
        page.column_moved.connect(self.draw)
        page.viewport().installEventFilter(self)

    def show(self, is_shown: bool) -> None:
        """Tint the words, or leave them plain."""
        self._is_shown = is_shown
        self._draw_anew()

    def screen(self) -> tuple[int, int]:
        """Return where the text on the screen begins and ends, in code units."""
        viewport = self._page.viewport().rect()
        top = self._page.cursorForPosition(viewport.topLeft())
        return top.position(), self._page.cursorForPosition(viewport.bottomRight()).position()

    def holds_own_words(self, first: int, last: int) -> bool:
        """Tell whether anything between two places was not written by a model."""
        return any(source.author not in BY_MODELS for _, _, source in self._page.sources.spans(first, last))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        return isinstance(event, QHelpEvent) and self._is_shown and self._explain(event)

    @Slot()
    def draw(self) -> None:
        """Tint what can be seen and is not tinted yet."""
        if not self._is_shown:
            return
        parts = parts_between(self._page.document(), *self.screen())
        seen = [weighed for part in parts if (weighed := self.weighed.at(part)) is not None]
        if seen == self._drawn:
            return  # Qt moves tints with their text: typing costs nothing more
        self._drawn = seen
        looks = looks_of(self._theme.colours)
        selections = []
        for start, end, step in islice(self._stretches(seen), MOST_SHOWN):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = self._page.text_cursor_at(start, end)
            selection.format = looks[step - 1]
            selections.append(selection)
        self._highlights.show(LAYER, selections)

    @Slot()
    def _draw_anew(self) -> None:
        self._drawn = []
        self._highlights.clear(LAYER)
        self.draw()

    def _stretches(self, seen: list[WeighedPart]) -> Iterator[tuple[int, int, int]]:
        """Yield the words that have a tint; neighbours with the same one together, and the space between."""
        for part in seen:
            begin, until, last = -1, -1, 0
            for start, end, step in self._steps(part):
                if step == last:
                    until = end
                    continue
                if last:
                    yield begin, until, last
                begin, until, last = start, end, step
            if last:
                yield begin, until, last

    def _steps(self, part: WeighedPart) -> Iterator[tuple[int, int, int]]:
        """Yield where each word stands, and its step; 0 for what a model wrote."""
        begin = until = part.place.position()
        spans = self._page.sources.spans(begin, begin + utf16_length(part.text))
        is_own = False
        for word in part.words:
            start, end = begin + word.start, begin + word.end
            while until <= start:
                _, until, source = next(spans)
                is_own = source.author not in BY_MODELS
            yield start, end, word.step if is_own else 0

    def _explain(self, event: QHelpEvent) -> bool:
        word = self._word_at(position_at(self._page, event.pos()))
        if word is None:
            QToolTip.hideText()
            return False
        QToolTip.showText(event.globalPos(), surprise_in_words(word.bits), self._page)
        return True

    def _word_at(self, place: int) -> WordBits | None:
        """Return the tinted or plain word of the writer's at a place, if it was weighed."""
        for part in parts_between(self._page.document(), place, place):
            weighed = self.weighed.at(part)
            if weighed is not None and self.holds_own_words(place, place + 1):
                offset = place - weighed.place.position()
                return next((word for word in weighed.words if word.start <= offset < word.end), None)
        return None


def looks_of(colours: Colours) -> list[QTextCharFormat]:
    """Return how words look, from a little unexpected to very."""
    looks = []
    for step in range(1, STEPS + 1):
        look = QTextCharFormat()
        look.setBackground(QColor(getattr(colours, f"surprise_{step}")))
        looks.append(look)
    return looks
