"""What shows the takes of a continuation, built and wired: the strip on the page and the panel beside it."""

import re

from PySide6.QtCore import QObject, Slot

from app.assist.takes import Take
from ui.controllers.continue_controller import ContinueController
from ui.editor.continue_mark import ContinueMark
from ui.editor.page import Page
from ui.editor.plain_text import text_before
from ui.editor.take_strip import TakeStrip
from ui.icons import Icons
from ui.panels.side_panels import SidePanels
from ui.panels.takes_panel import TakesPanel
from ui.theme import Theme

WORDS_BEFORE = 36  # characters of the text before a place that name it


class TakeTools(QObject):
    """Swapping takes with the mouse, and bringing old ones back."""

    def __init__(
        self,
        page: Page,
        panels: SidePanels,
        theme: Theme,
        icons: Icons,
        mark: ContinueMark,
        continuation: ContinueController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._continuation = continuation
        self.strip = TakeStrip(page, theme, icons, mark.geometry)
        self.panel = TakesPanel(continuation.history, self._words_before, self._shown_at)
        panels.add("takes", self.tr("Takes"), self.panel)
        self.strip.next_clicked.connect(continuation.next_take)
        self.strip.previous_clicked.connect(continuation.previous_take)
        self.strip.retry_clicked.connect(continuation.retry)
        self.panel.bring_back.connect(continuation.bring_back)
        self.panel.show_place.connect(self._show_place)
        continuation.takes_changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        shown = self._continuation.shown
        if shown is None:
            self.strip.show_take(-1, 0, 0)
        else:
            self.strip.show_take(shown.end, shown.number, shown.count)
        self.panel.follow()

    @Slot(object)
    def _show_place(self, take: Take) -> None:
        place = self._continuation.history.round_of(take).place
        standing = self._continuation.places.standing(place)
        position = self._continuation.places.position(place) if standing is None else standing.end
        self._page.setTextCursor(self._page.text_cursor_at(position))
        self._page.centerCursor()
        self._page.setFocus()  # which shows the caret

    def _words_before(self, place: int) -> str:
        position = self._continuation.places.position(place)
        words = text_before(self._page.document(), position, WORDS_BEFORE)
        return words if len(words) < WORDS_BEFORE else re.sub(r"^\S*\s+", "", words)  # whole words

    def _shown_at(self, place: int) -> Take | None:
        standing = self._continuation.places.standing(place)
        return None if standing is None else standing.take
