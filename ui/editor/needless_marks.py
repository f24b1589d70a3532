"""Marks on words that their sentences may do without: on the page, not in the document."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QToolTip

from app.engines.protocols import NeedlessKind
from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.theme import Theme

LAYER = "needless"
SENTENCE_END = re.compile("[.!?…]")


@dataclass(frozen=True)
class Mark:
    """A marked word; its cursor selects it and moves with the text."""

    word: QTextCursor
    kind: NeedlessKind


class NeedlessMarks(QObject):
    """Draws the marks, explains them on hover, and drops those whose sentence is edited.

    Ctrl and a click ask to take a word out; Esc hides all marks.
    """

    clicked = Signal(object)  # Mark

    def __init__(
        self, page: Page, highlights: Highlights, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._highlights = highlights
        self._theme = theme
        self._marks: list[Mark] = []
        page.installEventFilter(self)
        page.viewport().installEventFilter(self)
        page.document().contentsChange.connect(self._on_contents_change)
        theme.changed.connect(self._draw)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What is marked, in the order of the text."""
        return tuple(self._marks)

    def show(self, marks: list[Mark]) -> None:
        """Mark these words in place of those that were marked."""
        self._marks = marks
        self._draw()

    @Slot()
    def clear(self) -> None:
        """Hide all marks."""
        self.show([])

    def drop(self, mark: Mark) -> None:
        """Hide one mark."""
        self.show([other for other in self._marks if other is not mark])

    def at(self, cursor: QTextCursor) -> Mark | None:
        """Return the mark on the word that `cursor` stands in or touches."""
        place = cursor.position()
        return next(
            (m for m in self._marks if m.word.selectionStart() <= place <= m.word.selectionEnd()), None
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if not self._marks:
            return False
        if isinstance(event, QHelpEvent) and watched is self._page.viewport():
            return self._explain(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            return self._on_click(event)
        return False

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, removed: int, added: int) -> None:
        if self._marks and (removed or added):
            kept = [mark for mark in self._marks if not self._is_touched(mark, position, position + added)]
            if len(kept) < len(self._marks):
                self.show(kept)

    @Slot()
    def _draw(self) -> None:
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        form.setUnderlineColor(QColor(self._theme.colours.accent))
        form.setForeground(QColor(self._theme.colours.muted))
        selections = []
        for mark in self._marks:
            selection = QTextEdit.ExtraSelection()
            selection.cursor = mark.word
            selection.format = form
            selections.append(selection)
        self._highlights.show(LAYER, selections)

    def _is_touched(self, mark: Mark, start: int, end: int) -> bool:
        """Tell whether a change from `start` to `end` was made in the sentence of a mark, or to the word."""
        if not mark.word.hasSelection():
            return True
        between = QTextCursor(mark.word)
        if mark.word.selectionEnd() <= start:
            between.setPosition(mark.word.selectionEnd())
            other = start
        elif end <= mark.word.selectionStart():
            between.setPosition(mark.word.selectionStart())
            other = end
        else:
            return True
        if not between.block().contains(other):
            return False
        between.setPosition(other, QTextCursor.MoveMode.KeepAnchor)
        return SENTENCE_END.search(between.selectedText()) is None

    def _explain(self, event: QHelpEvent) -> bool:
        mark = self._under(event.pos())
        if mark is None:
            QToolTip.hideText()
            return False
        reasons: dict[NeedlessKind, str] = {
            "repeated": self.tr("This word stands here twice."),
            "filler": self.tr("The sentence may read better without this word."),
        }
        how = self.tr("Ctrl+click takes it out, Esc hides the marks.")
        QToolTip.showText(event.globalPos(), f"{reasons[mark.kind]}\n{how}", self._page.viewport())
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        self.clear()
        return True

    def _on_click(self, event: QMouseEvent) -> bool:
        if event.modifiers() != Qt.KeyboardModifier.ControlModifier:
            return False
        mark = (
            self._under(event.position().toPoint()) if event.button() == Qt.MouseButton.LeftButton else None
        )
        if mark is None:
            return False
        QToolTip.hideText()
        self.clicked.emit(mark)
        return True

    def _under(self, point: QPoint) -> Mark | None:
        """Return the mark whose word lies under a point of the viewport."""
        mark = self.at(self._page.cursorForPosition(point))
        return mark if mark is not None and self._covers(mark, point) else None

    def _covers(self, mark: Mark, point: QPoint) -> bool:
        begin = self._page.cursorRect(self._page.text_cursor_at(mark.word.selectionStart()))
        end = self._page.cursorRect(self._page.text_cursor_at(mark.word.selectionEnd()))
        if begin.top() != end.top():  # a word cut over two lines
            return True
        return begin.united(end).contains(point)
