"""Insert a word: from the caret between two words to the word that stands there."""

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QTextCursor

from app.assist.word_edits import insertion
from app.assist.word_suggestions import MOST_WORDS, match_sentence, passage_around
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Suggestions
from ui.controllers.models_controller import ModelsController
from ui.editor.edits import carry_out
from ui.editor.page import Page
from ui.editor.plain_text import code_points
from ui.editor.word_popup import WordPopup
from ui.editor.words import select_word
from ui.notifications import Notifications


class GapController(QObject):
    """Offers words for the gap at the caret, and puts the chosen one in."""

    def __init__(
        self,
        page: Page,
        popup: WordPopup,
        client: EngineClient,
        models: ModelsController,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._popup = popup
        self._client = client
        self._models = models
        self._notifications = notifications
        self._request_id = 0
        self._asked_at = (-1, -1)  # revision and caret
        popup.chosen.connect(self._insert)

    @Slot()
    def offer(self) -> None:
        """Offer words for the gap at the caret."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        caret = self._page.textCursor()
        caret.clearSelection()
        if _is_inside_word(caret):
            self._notifications.inform(self.tr("Put the caret between two words first."))
            return
        self._page.setTextCursor(caret)
        self._asked_at = self._place()
        text, position, _ = passage_around(*self._gap())
        self._client.cancel(self._request_id)
        self._request_id = self._client.fill_gap(text, position, MOST_WORDS, self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not self._is_current():
            return
        match event:
            case Suggestions():
                text, position, _ = self._gap()
                words = [match_sentence(word.text, text, position) for word in event.words]
                caret = self._page.cursorRect().translated(self._page.viewport().mapToGlobal(QPoint()))
                self._popup.offer(words, caret, caret, self._page.textCursor().block().textDirection())
            case Failed():
                self._notifications.warn(event.message, event.hint)

    @Slot(str)
    def _insert(self, word: str) -> None:
        if self._is_current():
            text, position, _ = self._gap()
            carry_out(insertion(word, text, position), self._page, self._page.textCursor().block())

    def _is_current(self) -> bool:
        """Tell whether the text and the caret are still those that words were asked for."""
        return self._place() == self._asked_at and not self._page.textCursor().hasSelection()

    def _place(self) -> tuple[int, int]:
        return self._page.document().revision(), self._page.textCursor().position()

    def _gap(self) -> tuple[str, int, int]:
        """Return the caret's paragraph, and the place in it, empty, in code points."""
        caret = self._page.textCursor()
        text = caret.block().text()
        position = code_points(text, caret.positionInBlock())
        return text, position, position


def _is_inside_word(caret: QTextCursor) -> bool:
    word = select_word(caret)
    return word is not None and word.selectionStart() < caret.position() < word.selectionEnd()
