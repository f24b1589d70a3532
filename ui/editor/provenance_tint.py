"""Who wrote what, shown on the page."""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QTextEdit, QToolTip

from app.document.manuscript import Author
from app.settings import PROVENANCE, Setting, Settings
from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.editor.source_looks import look_of, title_with_time
from ui.editor.text_areas import position_at
from ui.theme import Theme

LAYER = "provenance"
REACH = 5_000  # code units beyond the screen, up to the ends of its first and last paragraph
MOST_SHOWN = 2_000  # stretches on one screen; a damaged file could give every letter another source


class ProvenanceTint(QObject):
    """Tints what stands on the screen by its author, and says to the mouse who that is.

    It must be built before anything else that marks the page or explains marks: theirs come first.
    """

    def __init__(
        self,
        page: Page,
        highlights: Highlights,
        theme: Theme,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._highlights = highlights
        self._theme = theme
        self._settings = settings
        highlights.reserve(LAYER)
        settings.subscribe(self._on_setting_changed)
        theme.changed.connect(self._draw)
        page.document().contentsChanged.connect(self._draw)
        page.verticalScrollBar().valueChanged.connect(self._draw)
        page.column_moved.connect(self._draw)
        page.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QHelpEvent) and self._settings[PROVENANCE]:
            return self._explain(event)
        return False

    @Slot()
    def _draw(self) -> None:
        if not self._settings[PROVENANCE]:
            return
        looks = {author: look_of(author, self._theme.colours) for author in Author}
        selections = []
        for start, end, author in islice(self._stretches(), MOST_SHOWN):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = self._page.text_cursor_at(start, end)
            selection.format = looks[author]
            selections.append(selection)
        self._highlights.show(LAYER, selections)

    def _stretches(self) -> Iterator[tuple[int, int, Author]]:
        """Yield what on the screen, line ends left out, somebody else than the writer wrote."""
        viewport = self._page.viewport().rect()
        top = self._page.cursorForPosition(viewport.topLeft())
        bottom = self._page.cursorForPosition(viewport.bottomRight())
        block = top.block()
        while block.isValid() and block.position() <= bottom.position():
            first = max(block.position(), top.position() - REACH)
            last = min(block.position() + block.length() - 1, bottom.position() + REACH)
            spans = self._page.sources.spans(first, last)
            for author, group in groupby(spans, key=lambda span: span[2].author):
                stretch = list(group)
                if author is not Author.WRITER:
                    yield stretch[0][0], stretch[-1][1], author
            block = block.next()

    def _explain(self, event: QHelpEvent) -> bool:
        place = position_at(self._page, event.pos())
        if self._page.text_cursor_at(place).atBlockEnd():
            QToolTip.hideText()
            return False
        for _, _, source in self._page.sources.spans(place, place + 1):
            QToolTip.showText(event.globalPos(), title_with_time(source), self._page)
        return True

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting is PROVENANCE:
            self._highlights.clear(LAYER)
            self._draw()
