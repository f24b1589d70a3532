"""Other words: from a double click to the swapped word."""

from PySide6.QtCore import QObject, QRect, Slot
from PySide6.QtGui import QTextCursor

from app.assist.word_suggestions import MOST_WORDS, in_the_words_place, passage_around
from app.settings import WORDS_ON_DOUBLE_CLICK, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Suggestions
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.plain_text import code_points
from ui.editor.word_popup import WordPopup
from ui.editor.words import select_word
from ui.notifications import Notifications


class WordsController(QObject):
    """Offers other words for the one at the caret, and puts the chosen one in its place."""

    def __init__(
        self,
        page: Page,
        popup: WordPopup,
        client: EngineClient,
        models: ModelsController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._popup = popup
        self._client = client
        self._models = models
        self._settings = settings
        self._notifications = notifications
        self._request_id = 0
        self._word = QTextCursor(page.document())
        self._revision = -1
        popup.chosen.connect(self._swap)

    @Slot()
    def on_double_click(self) -> None:
        """Offer words for the word that was double-clicked, if the writer wants that."""
        word = select_word(self._page.textCursor())
        if word is not None and self._settings[WORDS_ON_DOUBLE_CLICK] and self._models.is_ready("masked"):
            self._ask_for(word)

    @Slot()
    def offer(self) -> None:
        """Offer words for the one at the caret."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        word = select_word(self._page.textCursor())
        if word is None:
            self._notifications.inform(self.tr("Put the caret in a word first."))
        else:
            self._ask_for(word)

    def _ask_for(self, word: QTextCursor) -> None:
        self._page.setTextCursor(word)
        self._word = word
        self._revision = self._page.document().revision()
        text, start, end = self._passage()
        self._client.cancel(self._request_id)
        self._request_id = self._client.suggest_words(text, start, end, MOST_WORDS, self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not self._is_current():
            return
        match event:
            case Suggestions():
                words = in_the_words_place(event.words, *self._passage())
                self._popup.offer(words, self._word_area())
            case Failed():
                self._notifications.warn(event.message, event.hint)

    @Slot(str)
    def _swap(self, word: str) -> None:
        if self._is_current():
            self._page.undo_steps.insert(self._word, word)
            self._page.setTextCursor(self._word)

    def _is_current(self) -> bool:
        """Tell whether the text and the selection are still those that words were asked for."""
        caret = self._page.textCursor()
        return (
            self._revision == self._page.document().revision()
            and caret.selectionStart() == self._word.selectionStart()
            and caret.selectionEnd() == self._word.selectionEnd()
        )

    def _passage(self) -> tuple[str, int, int]:
        """Return the text around the word, and the word's place in it in code points."""
        block = self._word.block()
        text = block.text()
        start = code_points(text, self._word.selectionStart() - block.position())
        end = code_points(text, self._word.selectionEnd() - block.position())
        return passage_around(text, start, end)

    def _word_area(self) -> QRect:
        """Return the word's rectangle in the viewport; of a word cut over two lines, its end."""
        begin = QTextCursor(self._word)
        begin.setPosition(self._word.selectionStart())
        end = QTextCursor(self._word)
        end.setPosition(self._word.selectionEnd())
        left, right = self._page.cursorRect(begin), self._page.cursorRect(end)
        return left.united(right) if left.top() == right.top() else right
