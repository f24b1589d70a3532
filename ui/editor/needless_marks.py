"""Marks on words that their sentences may do without."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QToolTip

from app.engines.protocols import NeedlessKind
from ui.editor.highlights import Highlights
from ui.editor.marks import Mark, Marks
from ui.editor.page import Page
from ui.editor.sentences import select_sentence
from ui.editor.text_areas import position_at
from ui.theme import Theme

LAYER = "needless"


class NeedlessMark(Mark):
    """A word that can go, as long as its sentence stays as it was.

    word: selects it, and moves with the text.
    """

    def __init__(self, word: QTextCursor, kind: NeedlessKind) -> None:
        super().__init__(select_sentence(word))
        self.word = word
        self.kind = kind

    @property
    def place(self) -> int:
        """Where the word begins, in UTF-16 code units."""
        return self.word.selectionStart()

    def parts(self) -> tuple[QTextCursor, ...]:
        """Return a text cursor that selects the word."""
        return (self.word,)

    def explanation(self) -> tuple[str, ...]:
        """See `Mark.explanation`."""
        if self.kind == "repeated":
            what = QCoreApplication.translate("marks", "This word stands here twice.")
        else:
            what = QCoreApplication.translate("marks", "The sentence may read better without this word.")
        return what, QCoreApplication.translate("marks", "Ctrl+click or Ctrl+Shift+D takes it out.")


class NeedlessMarks(QObject):
    """Underlines the words and explains them to the mouse; Ctrl and a click ask to take one out."""

    clicked = Signal(object)  # NeedlessMark

    def __init__(
        self,
        page: Page,
        marks: Marks,
        highlights: Highlights,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._marks = marks
        self._highlights = highlights
        self._theme = theme
        page.viewport().installEventFilter(self)
        marks.changed.connect(self._draw)
        theme.changed.connect(self._draw)

    @property
    def marks(self) -> list[NeedlessMark]:
        """What is marked, in the order of the text."""
        return self._marks.of(NeedlessMark)

    def at(self, cursor: QTextCursor) -> NeedlessMark | None:
        """Return the mark on the word that `cursor` stands in or touches."""
        place = cursor.position()
        return next(
            (m for m in self.marks if m.word.selectionStart() <= place <= m.word.selectionEnd()), None
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if not self.marks:
            return False
        if isinstance(event, QHelpEvent):
            return self._explain(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            return self._on_click(event)
        return False

    @Slot()
    def _draw(self) -> None:
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        form.setUnderlineColor(QColor(self._theme.colours.accent))
        form.setForeground(QColor(self._theme.colours.muted))
        selections = []
        for mark in self.marks:
            selection = QTextEdit.ExtraSelection()
            selection.cursor = mark.word
            selection.format = form
            selections.append(selection)
        self._highlights.show(LAYER, selections)

    def _explain(self, event: QHelpEvent) -> bool:
        mark = self._under(event.pos())
        if mark is None:
            QToolTip.hideText()
            return False
        self._marks.show_tip([mark])
        return True

    def _on_click(self, event: QMouseEvent) -> bool:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if not is_left or event.modifiers() != Qt.KeyboardModifier.ControlModifier:
            return False
        mark = self._under(event.position().toPoint())
        if mark is None:
            return False
        QToolTip.hideText()
        self.clicked.emit(mark)
        return True

    def _under(self, point: QPoint) -> NeedlessMark | None:
        """Return the mark whose word lies under a point of the viewport."""
        place = position_at(self._page, point)
        return next((m for m in self.marks if m.word.selectionStart() <= place < m.word.selectionEnd()), None)
