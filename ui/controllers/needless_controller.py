"""Words that can go: from the question to the word that is taken out."""

from bisect import bisect_right
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextCursor

from app.assist.word_edits import removal
from app.engines.protocols import NeedlessWord
from app.worker.engine_client import EngineClient
from app.worker.messages import Checking, Event, Failed, Finished, NeedlessWords
from ui.controllers.models_controller import ModelsController
from ui.editor.edits import carry_out
from ui.editor.needless_marks import Mark, NeedlessMarks
from ui.editor.page import Page
from ui.editor.plain_text import code_points, utf16_offset
from ui.notifications import Notifications


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that is looked at.

    place: a text cursor in it, which moves with the text. text: its text when the question was asked.
    offset: where that text begins in what the model was given, in code points.
    """

    place: QTextCursor
    text: str
    offset: int


class NeedlessController(QObject):
    """Marks words that can go in the selection, or else in the caret's paragraph, and takes them out."""

    searching_changed = Signal(bool)
    progressed = Signal(object, str)  # fraction or None, what is being done

    def __init__(
        self,
        page: Page,
        marks: NeedlessMarks,
        client: EngineClient,
        models: ModelsController,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._marks = marks
        self._client = client
        self._models = models
        self._notifications = notifications
        self._request_id = 0
        self._paragraphs: list[Paragraph] = []  # none while nothing is being looked at
        marks.clicked.connect(self._take_out)

    @property
    def is_searching(self) -> bool:
        """Whether the model is looking at a text."""
        return bool(self._paragraphs)

    @Slot()
    def find_or_take_out(self) -> None:
        """Take the marked word at the caret out, or mark the words that can go."""
        caret = self._page.textCursor()
        mark = None if caret.hasSelection() else self._marks.at(caret)
        if mark is not None:
            self._take_out(mark)
        elif not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
        else:
            self._find(caret)

    @Slot()
    def stop(self) -> None:
        """End the search."""
        if self.is_searching:
            self._client.cancel(self._request_id)
            self._end()

    def _find(self, part: QTextCursor) -> None:
        self.stop()
        self._marks.clear()
        self._paragraphs = _paragraphs_of(part)
        text = "\n".join(paragraph.text for paragraph in self._paragraphs)
        start, end = 0, len(text)
        if part.hasSelection():
            first, last = self._paragraphs[0], self._paragraphs[-1]
            start = code_points(first.text, part.selectionStart() - first.place.position())
            end = last.offset + code_points(last.text, part.selectionEnd() - last.place.position())
        self._request_id = self._client.find_needless(text, start, end, self._on_event)
        self.searching_changed.emit(True)

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not self.is_searching:
            return
        match event:
            case Checking():
                self.progressed.emit(event.fraction, self.tr("Looking for words that can go"))
            case NeedlessWords():
                self._show(event.words)
                self._end()
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)
            case Finished():
                self._end()

    def _show(self, words: tuple[NeedlessWord, ...]) -> None:
        marks = [mark for word in words if (mark := self._mark(word)) is not None]
        self._marks.show(marks)
        if not marks:
            self._notifications.inform(self.tr("No word here needs to go."))
            return
        count = self.tr("1 word can go.") if len(marks) == 1 else self.tr("%Ln words can go.", "", len(marks))
        self._notifications.inform(
            count, self.tr("Ctrl+click one, or Ctrl+Shift+D in it, takes it out. Esc hides the marks.")
        )

    def _mark(self, word: NeedlessWord) -> Mark | None:
        """Return the mark on a word, or None where its paragraph was changed meanwhile."""
        number = bisect_right(self._paragraphs, word.start, key=lambda paragraph: paragraph.offset) - 1
        paragraph = self._paragraphs[number]
        block = paragraph.place.block()
        if block.text() != paragraph.text:
            return None
        start = utf16_offset(paragraph.text, word.start - paragraph.offset)
        end = utf16_offset(paragraph.text, word.end - paragraph.offset)
        cursor = self._page.text_cursor_at(block.position() + start)
        cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
        return Mark(cursor, word.kind)

    @Slot(object)
    def _take_out(self, mark: Mark) -> None:
        others = [other for other in self._marks.marks if other is not mark]
        block = mark.word.block()
        text = block.text()
        start = code_points(text, mark.word.selectionStart() - block.position())
        end = code_points(text, mark.word.selectionEnd() - block.position())
        carry_out(removal(text, start, end), self._page, block)
        self._marks.show(others)  # also those of the same sentence: this change was ours

    def _end(self) -> None:
        self._paragraphs = []
        self.progressed.emit(None, "")
        self.searching_changed.emit(False)


def _paragraphs_of(part: QTextCursor) -> list[Paragraph]:
    """Return the paragraphs of a selection, or that of a caret."""
    document = part.document()
    block, last = document.findBlock(part.selectionStart()), document.findBlock(part.selectionEnd())
    paragraphs: list[Paragraph] = []
    offset = 0
    while block.isValid() and block.blockNumber() <= last.blockNumber():
        paragraphs.append(Paragraph(QTextCursor(block), block.text(), offset))
        offset += len(block.text()) + 1
        block = block.next()
    return paragraphs
