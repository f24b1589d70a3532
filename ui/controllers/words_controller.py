"""Other words: from a double click to the swapped word."""

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Slot
from PySide6.QtGui import QTextCursor

from app.assist.word_suggestions import (
    MOST_WORDS,
    PASSAGE_CHARACTERS,
    in_the_words_place,
    passage_around,
)
from app.settings import WORDS_ON_DOUBLE_CLICK, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Suggestions
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.plain_text import text_after, text_before
from ui.editor.text_areas import line_areas, origin, position_at
from ui.editor.word_popup import WordPopup
from ui.editor.word_preview import WordPreview
from ui.editor.words import select_phrase, select_word
from ui.notifications import Notifications


class WordsController(QObject):
    """Offers other words for a word or phrase, tries them in the sentence, and writes the chosen one there.

    An offer holds while its word stands unchanged, selected, and where it stood on the screen.
    """

    def __init__(
        self,
        page: Page,
        popup: WordPopup,
        preview: WordPreview,
        client: EngineClient,
        models: ModelsController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._popup = popup
        self._preview = preview
        self._client = client
        self._models = models
        self._settings = settings
        self._notifications = notifications
        self._request_id = 0
        self._word = QTextCursor(page.document())
        self._old = ""
        self._area = QRect()
        popup.considered.connect(self._try)
        popup.chosen.connect(self._swap)
        popup.closed.connect(preview.clear)
        page.document().contentsChanged.connect(self._keep_up)
        page.verticalScrollBar().valueChanged.connect(self._keep_up)
        page.column_moved.connect(self._keep_up)

    @Slot(QPoint)
    def on_double_click(self, point: QPoint) -> None:
        """Offer words for the word under a point of the page, if the writer wants that."""
        if not self._settings[WORDS_ON_DOUBLE_CLICK] or not self._models.is_ready("masked"):
            return
        position = position_at(self._page, point)
        word = select_word(self._page.text_cursor_at(position))
        if word is not None and position < word.selectionEnd():
            self._ask_for(word)

    @Slot()
    def offer(self) -> None:
        """Offer words for the selected phrase, or the word at the caret."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        caret = self._page.textCursor()
        phrase = select_phrase(caret) if caret.hasSelection() else select_word(caret)
        if phrase is not None:
            self._ask_for(phrase)
        elif caret.hasSelection():
            self._notifications.inform(self.tr("Select one word, or up to three."))
        else:
            self._notifications.inform(self.tr("Put the caret in a word first."))

    def _ask_for(self, word: QTextCursor) -> None:
        self._page.setTextCursor(word)
        self._word = word
        self._old = word.selectedText()
        text, start, end = self._passage()
        self._client.cancel(self._request_id)
        self._request_id = self._client.suggest_words(text, start, end, MOST_WORDS, self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not self._is_current():
            return
        match event:
            case Suggestions():
                self._open(in_the_words_place(event.words, *self._passage()))
            case Failed():
                self._notifications.warn(event.message, event.hint)

    def _open(self, words: list[str]) -> None:
        self._area = self._word_area()
        sentence = self._on_screen(self._preview.sentence_area(self._word, words))
        self._popup.offer(words, self._area, sentence, self._word.block().textDirection())

    @Slot(str)
    def _try(self, word: str) -> None:
        self._preview.show_word(word, self._word)

    @Slot(str)
    def _swap(self, word: str) -> None:
        if self._is_current():
            self._page.undo_steps.insert(self._word, word)
            self._page.setTextCursor(self._word)

    @Slot()
    def _keep_up(self) -> None:
        """Close the popup when its word has changed or moved; a stream may go on elsewhere."""
        if not self._popup.isVisible():
            return
        if self._is_current() and self._word_area() == self._area:
            self._preview.refresh()
        else:
            self._popup.hide()

    def _is_current(self) -> bool:
        """Tell whether the word still stands there, and is selected."""
        caret = self._page.textCursor()
        return (
            self._word.selectedText() == self._old
            and caret.selectionStart() == self._word.selectionStart()
            and caret.selectionEnd() == self._word.selectionEnd()
        )

    def _passage(self) -> tuple[str, int, int]:
        """Return the text around the word, and the word's place in it in code points."""
        document, word = self._page.document(), self._word.selectedText()
        reach = PASSAGE_CHARACTERS + 1  # shows that the text goes on
        before = text_before(document, self._word.selectionStart(), reach)
        after = text_after(document, self._word.selectionEnd(), reach)
        return passage_around(before + word + after, len(before), len(before) + len(word))

    def _word_area(self) -> QRect:
        """Return where the word stands on the screen; one cut over two lines takes both."""
        block = self._word.block()
        start = self._word.selectionStart() - block.position()
        end = self._word.selectionEnd() - block.position()
        area = QRectF()
        for line in line_areas(block.layout(), start, end):
            area |= line
        return self._on_screen(area.translated(origin(self._page, block)).toAlignedRect())

    def _on_screen(self, area: QRect) -> QRect:
        return area.translated(self._page.viewport().mapToGlobal(QPoint()))
