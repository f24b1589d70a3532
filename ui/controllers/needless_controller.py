"""Words that can go: from the command to the word that is taken out."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QTextCursor

from app.assist.word_edits import removal
from app.document.manuscript import Author
from app.engines.protocols import NeedlessWord
from app.worker.engine_client import EngineClient, EventHandler
from app.worker.messages import Event, NeedlessWords
from ui.controllers.checker import Checker
from ui.editor.edits import carry_out
from ui.editor.marks import Marks
from ui.editor.needless_marks import NeedlessMark, NeedlessMarks
from ui.editor.page import Page
from ui.editor.passage import Part
from ui.editor.plain_text import code_points, utf16_offset
from ui.editor.sources import source_of_now
from ui.notifications import Notifications


class NeedlessController(QObject):
    """The check (see `Check`) for words that can go; takes them out."""

    def __init__(
        self,
        page: Page,
        marks: Marks,
        words: NeedlessMarks,
        checker: Checker,
        client: EngineClient,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._marks = marks
        self._words = words
        self._checker = checker
        self._client = client
        self._notifications = notifications
        self._paragraph = QTextCursor(page.document())  # stands in the one that is being read
        self._asked = ""  # its text then
        self._found = 0
        words.clicked.connect(self._take_out)

    @Slot()
    def find_or_take_out(self) -> None:
        """Take the marked word at the caret out, or mark the words that can go."""
        caret = self._page.textCursor()
        mark = None if caret.hasSelection() else self._words.at(caret)
        if mark is not None:
            self._take_out(mark)
        else:
            self._checker.run(self)

    @property
    def title(self) -> str:
        """See `Check.title`."""
        return self.tr("Looking for words that can go")

    def begin(self) -> None:
        """See `Check.begin`."""
        self._marks.replace(NeedlessMark, [])
        self._found = 0

    def ask(self, part: Part, handler: EventHandler) -> int | None:
        """See `Check.ask`."""
        self._paragraph = QTextCursor(part.block)
        self._asked = text = part.block.text()
        start, end = code_points(text, part.start), code_points(text, part.end)
        return self._client.find_needless(text, start, end, handler) if start < end else None

    def take(self, answer: Event) -> None:
        """See `Check.take`."""
        block = self._paragraph.block()
        if isinstance(answer, NeedlessWords) and block.text() == self._asked:
            self._found += len(answer.words)
            self._marks.add([self._mark(word) for word in answer.words])

    def conclude(self) -> None:
        """See `Check.conclude`."""
        if self._found == 0:
            self._notifications.inform(self.tr("No word here needs to go."))
            return
        one = self._found == 1
        self._notifications.inform(
            self.tr("1 word can go.") if one else self.tr("%n words can go.", "", self._found),
            self.tr("Ctrl+click, or Ctrl+Shift+D with the caret there, takes one out. F8 goes to the next."),
        )

    def _mark(self, word: NeedlessWord) -> NeedlessMark:
        begin = self._paragraph.block().position()
        cursor = self._page.text_cursor_at(begin + utf16_offset(self._asked, word.start))
        cursor.setPosition(begin + utf16_offset(self._asked, word.end), QTextCursor.MoveMode.KeepAnchor)
        return NeedlessMark(cursor, word.kind)

    @Slot(object)
    def _take_out(self, mark: NeedlessMark) -> None:
        others = [other for other in self._words.marks if other is not mark]
        block = mark.word.block()
        text = block.text()
        start = code_points(text, mark.word.selectionStart() - block.position())
        end = code_points(text, mark.word.selectionEnd() - block.position())
        article = source_of_now(Author.WORD)  # the only thing that may be new: “a quite old” becomes “an old”
        carry_out(removal(text, start, end), self._page, block, article)
        # Those of the same sentence stay as well: this change was ours.
        self._marks.replace(NeedlessMark, [NeedlessMark(other.word, other.kind) for other in others])
