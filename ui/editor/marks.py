"""What checks have found on the page: kept beside the document, explained one by one, gone when edited."""

import html
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QToolTip

from ui.announcements import announce
from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.theme import Theme

LAYER = "explained"
TINT = 0.16  # opacity of the accent behind what is explained
TIP_DROP = 8  # pixels that Qt itself puts a tool tip below the place it is given, at least


class Mark(ABC):
    """Something that was found in a text.

    Args:
        text: selects what was read; the mark moves with it.
    """

    def __init__(self, text: QTextCursor) -> None:
        self._read = QTextCursor(text)
        self._read.setKeepPositionOnInsert(True)  # what is typed behind it does not belong to it
        self._text = text.selectedText()

    @property
    def is_whole(self) -> bool:
        """Whether the text still stands as it was read."""
        return self._read.selectedText() == self._text

    @property
    @abstractmethod
    def place(self) -> int:
        """Where the caret goes to see it, in UTF-16 code units."""

    @abstractmethod
    def parts(self) -> tuple[QTextCursor, ...]:
        """Return text cursors that select what it is about, in the order of the text."""

    @abstractmethod
    def explanation(self) -> tuple[str, ...]:
        """Return what was found, and below it lines that say more."""


M = TypeVar("M", bound=Mark)


class Marks(QObject):
    """All marks of the page, in the order of the text; whoever draws a kind of them follows `changed`.

    A mark goes when its text is edited; Esc clears all of them. The document holds nothing.
    """

    changed = Signal()

    def __init__(
        self, page: Page, highlights: Highlights, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._highlights = highlights
        self._theme = theme
        self._marks: list[Mark] = []
        self._explained: list[Mark] = []
        page.installEventFilter(self)
        page.cursorPositionChanged.connect(self._explain_nothing)
        page.document().contentsChanged.connect(self._drop_edited)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is marked."""
        return not self._marks

    def of(self, kind: type[M]) -> list[M]:
        """Return the marks of one kind."""
        return [mark for mark in self._marks if isinstance(mark, kind)]

    def add(self, marks: Sequence[Mark]) -> None:
        """Mark something more."""
        if marks:
            self._set([*self._marks, *marks])

    def replace(self, kind: type[Mark], marks: Sequence[Mark]) -> None:
        """Put `marks` in the place of all marks of one kind."""
        self._set([*(mark for mark in self._marks if not isinstance(mark, kind)), *marks])

    @Slot()
    def clear(self) -> None:
        """Take all marks away."""
        self._set([])

    @Slot()
    def go_to_next(self) -> None:
        """Put the caret at the next mark behind it, or at the first, and explain it."""
        caret = self._page.textCursor().position()
        if self._marks:
            self._go_to(next((mark for mark in self._marks if mark.place > caret), self._marks[0]))

    @Slot()
    def go_to_previous(self) -> None:
        """Put the caret at the next mark before it, or at the last, and explain it."""
        caret = self._page.textCursor().position()
        if self._marks:
            before = [mark for mark in self._marks if mark.place < caret]
            self._go_to(before[-1] if before else self._marks[-1])

    def explain(self, marks: Sequence[Mark]) -> None:
        """Tint what some marks are about and nothing else."""
        if list(marks) == self._explained:
            return
        self._explained = list(marks)
        tint = QColor(self._theme.colours.accent)
        tint.setAlphaF(TINT)
        self._highlights.show(LAYER, [_tinted(part, tint) for mark in marks for part in mark.parts()])
        QToolTip.hideText()

    def show_tip(self, marks: Sequence[Mark]) -> None:
        """Explain some marks in words, below what they are about, so that it can be read meanwhile."""
        column = self._page.viewport()
        begin, end = (self._page.cursorRect(edge) for edge in _edges(marks[-1].parts()[-1]))
        left = min(begin.left(), end.left()) if begin.top() == end.top() else 0
        below = QPoint(left, min(end.bottom(), column.height()) - TIP_DROP)
        tip = "".join(_in_lines(mark.explanation()) for mark in marks)
        QToolTip.showText(column.mapToGlobal(below), tip, self._page)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.keyCombination() == QKeyCombination(Qt.Key.Key_Escape)
            and self._marks
        ):
            self.clear()
            return True
        return False

    @Slot()
    def _drop_edited(self) -> None:
        whole = [mark for mark in self._marks if mark.is_whole]
        if len(whole) < len(self._marks):
            self._set(whole)

    @Slot()
    def _explain_nothing(self) -> None:
        self.explain([])

    def _set(self, marks: list[Mark]) -> None:
        had_any, self._marks = bool(self._marks), sorted(marks, key=lambda mark: mark.place)
        self._explain_nothing()
        if marks or had_any:
            self.changed.emit()

    def _go_to(self, mark: Mark) -> None:
        self._page.setTextCursor(self._page.text_cursor_at(mark.place))
        self._page.follow_caret()
        self.explain([mark])
        self.show_tip([mark])
        announce(self._page, "\n".join(mark.explanation()))


def _edges(selection: QTextCursor) -> tuple[QTextCursor, QTextCursor]:
    """Return text cursors at the beginning and the end of a selection."""
    begin, end = QTextCursor(selection), QTextCursor(selection)
    begin.setPosition(selection.selectionStart())
    end.setPosition(selection.selectionEnd())
    return begin, end


def _in_lines(explanation: tuple[str, ...]) -> str:
    """Return rich text that is not wrapped: Qt would make it a narrow column."""
    what, *more = map(html.escape, explanation)
    return f'<p style="white-space: pre">{what}</p><p style="white-space: pre">{"<br>".join(more)}</p>'


def _tinted(text: QTextCursor, tint: QColor) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor = text
    selection.format = QTextCharFormat()
    selection.format.setBackground(tint)
    return selection
