"""Words for a place in the sentence: from the question to the word on the page."""

from PySide6.QtCore import QObject, QPoint, QRect, Signal, Slot
from PySide6.QtGui import QTextCursor

from app.assist.word_edits import Edit, insertion, replacement
from app.assist.word_suggestions import (
    MOST_WORDS,
    PASSAGE_CHARACTERS,
    in_the_words_place,
    match_sentence,
    passage_around,
)
from app.document.manuscript import Author
from app.engines.protocols import Suggestion
from app.settings import WORDS_ON_DOUBLE_CLICK, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Suggestions
from ui.controllers.models_controller import ModelsController
from ui.editor.edits import carry_out, select_replaced
from ui.editor.page import Page
from ui.editor.plain_text import code_points, text_after, text_before
from ui.editor.sources import source_of_now
from ui.editor.text_areas import area_on_screen, position_at
from ui.editor.word_popup import WordPopup
from ui.editor.word_preview import WordPreview
from ui.editor.words import select_phrase, select_word
from ui.notifications import Notifications


class WordsController(QObject):
    """Offers words for a word, a phrase or a gap, tries them in the sentence, and writes the chosen one.

    An offer holds while its place is selected, where it was on the screen, and the paragraph up to its end
    unchanged.
    """

    offered = Signal()
    written = Signal(str)

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
        self._place = QTextCursor(page.document())  # selects a word or phrase, or nothing: a gap
        self._asked = ""
        self._area = QRect()
        popup.considered.connect(self._try)
        popup.chosen.connect(self._write)
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
            self._ask(word)

    @Slot()
    def offer(self) -> None:
        """Offer other words for the selected phrase, or the word at the caret."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        caret = self._page.textCursor()
        phrase = select_phrase(caret) if caret.hasSelection() else select_word(caret)
        if phrase is not None:
            self._ask(phrase)
        elif caret.hasSelection():
            self._notifications.inform(self.tr("Select one word, or up to three."))
        else:
            self._notifications.inform(self.tr("Put the caret in a word first."))

    @Slot()
    def insert(self) -> None:
        """Offer words to put in at the caret."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        caret = self._page.textCursor()
        caret.clearSelection()
        if _is_inside_word(caret):
            self._notifications.inform(self.tr("Put the caret between two words first."))
        else:
            self._ask(caret)

    def _ask(self, place: QTextCursor) -> None:
        self._page.setTextCursor(place)
        self._place = place
        self._asked = self._paragraph_to_place()
        self._client.cancel(self._request_id)
        if place.hasSelection():
            text, start, end = self._passage()
            self._request_id = self._client.suggest_words(text, start, end, MOST_WORDS, self._on_event)
        else:
            text, position, _ = passage_around(*self._paragraph())
            self._request_id = self._client.fill_gap(text, position, MOST_WORDS, self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not self._is_current():
            return
        match event:
            case Suggestions():
                self._open(self._as_written(event.words))
                if event.words:
                    self.offered.emit()
            case Failed():
                self._notifications.warn(event.message, event.hint)

    def _open(self, words: list[str]) -> None:
        self._area = self._place_area()
        edits = [self._edit(word) for word in words]
        replaced = select_replaced(edits[0], self._place.block()) if edits else self._place
        sentence = self._preview.sentence_area(replaced, [edit.text for edit in edits])
        around = self._on_screen(sentence).united(self._area)  # a gap in an empty paragraph has no sentence
        self._popup.offer(words, self._area, around, self._place.block().textDirection())

    @Slot(str)
    def _try(self, word: str) -> None:
        edit = self._edit(word)
        self._preview.show_word(edit.text, select_replaced(edit, self._place.block()))

    @Slot(str)
    def _write(self, word: str) -> None:
        if self._is_current():
            source = source_of_now(Author.WORD, self._models.title("masked"))
            carry_out(self._edit(word), self._page, self._place.block(), source)
            self.written.emit(word)

    @Slot()
    def _keep_up(self) -> None:
        """Close the popup when its place has changed or moved; a stream may go on elsewhere."""
        if not self._popup.isVisible():
            return
        if self._is_current() and self._place_area() == self._area:
            self._preview.refresh()
        else:
            self._popup.hide()

    def _is_current(self) -> bool:
        """Tell whether the place is still what was asked about, and selected."""
        caret = self._page.textCursor()
        return (
            self._paragraph_to_place() == self._asked
            and caret.selectionStart() == self._place.selectionStart()
            and caret.selectionEnd() == self._place.selectionEnd()
        )

    def _as_written(self, words: tuple[Suggestion, ...]) -> list[str]:
        """Return the suggestions as they would be written in the place."""
        if self._place.hasSelection():
            return in_the_words_place(words, *self._passage())
        text, position, _ = self._paragraph()
        return [match_sentence(word.text, text, position) for word in words]

    def _edit(self, word: str) -> Edit:
        """Return what writes `word` in the place."""
        text, start, end = self._paragraph()
        if start < end:
            return replacement(word, text, start, end)
        return insertion(word, text, start)

    def _passage(self) -> tuple[str, int, int]:
        """Return the text around the place, and the place in it in code points."""
        document, word = self._page.document(), self._place.selectedText()
        reach = PASSAGE_CHARACTERS + 1  # shows that the text goes on
        before = text_before(document, self._place.selectionStart(), reach)
        after = text_after(document, self._place.selectionEnd(), reach)
        return passage_around(before + word + after, len(before), len(before) + len(word))

    def _paragraph(self) -> tuple[str, int, int]:
        """Return the paragraph, and the place in it in code points."""
        block = self._place.block()
        start, end = self._place.selectionStart(), self._place.selectionEnd()
        text = block.text()
        return text, code_points(text, start - block.position()), code_points(text, end - block.position())

    def _paragraph_to_place(self) -> str:
        text, _, end = self._paragraph()
        return text[:end]

    def _place_area(self) -> QRect:
        """Return where the place stands on the screen; a word cut over two lines takes both."""
        if not self._place.hasSelection():
            return self._on_screen(self._page.cursorRect(self._place))
        return area_on_screen(self._page, self._place)

    def _on_screen(self, area: QRect) -> QRect:
        return area.translated(self._page.viewport().mapToGlobal(QPoint()))


def _is_inside_word(caret: QTextCursor) -> bool:
    word = select_word(caret)
    return word is not None and word.selectionStart() < caret.position() < word.selectionEnd()
