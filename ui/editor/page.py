"""The page: a column of text in the middle of the window."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import category

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QWidget

from app.document.manuscript import WRITER, Manuscript
from app.errors import InklingError
from ui.editor.clipboard import packed, unpacked
from ui.editor.inlay import Inlay
from ui.editor.paste import can_be_pasted, pasted_text
from ui.editor.sources import Sources
from ui.editor.text_areas import caret_behind_inlay, cursor_beside_inlay
from ui.editor.undo_steps import UndoSteps

SMALLEST_MARGIN = 32  # pixels
TOP_MARGIN = 32
LOWEST_CARET = 0.8  # of the page's height: a fifth stays free below the caret's line
CARET_WIDTH = 2
LINE_AND_TAB = "\r\t"  # what Return with Shift and Tab write
NOT_PRINTED = ("Cf", "Co", "Zs")  # joiners, what fonts of one's own may show, and other spaces


class Page(QPlainTextEdit):
    """A plain-text editor with a centred column. Its other behaviours are objects that watch it."""

    zoomed = Signal(int)  # steps, up or down
    composed = Signal()  # an input method has done with a word, or given it up
    typed = Signal()  # characters, by the keyboard or an input method
    column_moved = Signal()
    paste_refused = Signal(object)  # InklingError

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = 68
        self._is_composing = False
        self.sources = Sources(self.document())
        self.undo_steps = UndoSteps(self.document(), self.sources)
        self.inlay = Inlay(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCenterOnScroll(True)  # lets the last lines be scrolled up to where the eye is
        self.setCursorWidth(CARET_WIDTH)
        self.setTabChangesFocus(False)
        self.setAccessibleName(self.tr("Page"))
        self.setPlaceholderText(self.tr("Write something, then press Ctrl+Return to go on."))
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each paragraph by its own script
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(0)
        self.document().clearUndoRedoStacks()  # the margin counts as a change
        self.document().setModified(False)

    @property
    def is_composing(self) -> bool:
        """Whether an input method is in the middle of a word."""
        return self._is_composing

    def set_type(self, font: QFont, column: int) -> None:
        """Set the typeface, and the column's width in characters."""
        self._column = column
        self.setFont(font)
        self.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))
        self._lay_out_column()

    def follow_caret(self) -> None:
        """Scroll up by whole lines when the caret's line comes too close to the bottom."""
        caret = self.cursorRect()
        if caret.bottom() > self.viewport().height():  # lines out of sight are not laid out: only Qt finds it
            self.ensureCursorVisible()
            return
        excess = caret.bottom() - self.viewport().height() * LOWEST_CARET
        if excess > 0:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + math.ceil(excess / max(caret.height(), 1)))

    def text_cursor_at(self, position: int, until: int | None = None) -> QTextCursor:
        """Return a new text cursor at a place, in UTF-16 code units, that selects up to another one."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        if until is not None:
            cursor.setPosition(until, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def cursorRect(self, cursor: QTextCursor | None = None) -> QRect:  # noqa: D102, N802
        if cursor is None:  # the caret stands in front of an inlay
            return super().cursorRect()
        return caret_behind_inlay(self, self.inlay.block, cursor) or super().cursorRect(cursor)

    def cursorForPosition(self, point: QPoint) -> QTextCursor:  # noqa: D102, N802
        return cursor_beside_inlay(self, self.inlay.block, point) or super().cursorForPosition(point)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        super().resizeEvent(event)
        self._lay_out_column()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() == Qt.Key.Key_Tab and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        if event.matches(QKeySequence.StandardKey.InsertParagraphSeparator):
            self.undo_steps.insert(self.textCursor(), Manuscript.of_one("\n", WRITER))
        elif puts_text_in(event):
            with self._typing():
                super().keyPressEvent(event)
            if event.text() not in LINE_AND_TAB:
                self.typed.emit()
        else:
            super().keyPressEvent(event)
        self.follow_caret()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: D102
        was_composing, self._is_composing = self._is_composing, bool(event.preeditString())
        if event.replacementStart() or event.replacementLength():
            self._rewrite(event)
        elif event.commitString():
            with self._typing():
                super().inputMethodEvent(event)
        else:
            super().inputMethodEvent(event)
        if event.commitString():
            self.typed.emit()
        if was_composing and not self._is_composing:
            self.composed.emit()
        self.follow_caret()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102
        if not self.textCursor().hasSelection():
            self._be_the_writer()  # the menu may offer characters
        super().contextMenuEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: D102, N802
        selection = self.textCursor()
        return packed(self.sources.between(selection.selectionStart(), selection.selectionEnd()))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: D102
        return can_be_pasted(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: D102
        try:
            text = pasted_text(source)
        except InklingError as error:
            self.paste_refused.emit(error)
            return
        if text:
            self.undo_steps.insert(self.textCursor(), unpacked(source, text))
        self.follow_caret()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QMouseEvent) and not self.viewport().geometry().contains(
            event.position().toPoint()
        ):
            return self._pass_to_column(event)
        return super().event(event)

    @contextmanager
    def _typing(self) -> Iterator[None]:
        with self.undo_steps.typing(self.textCursor()):
            self._be_the_writer()
            yield

    def _rewrite(self, event: QInputMethodEvent) -> None:
        """Let an input method replace what stands beside the caret: Qt would keep the format of that."""
        super().inputMethodEvent(QInputMethodEvent())  # what was composed ends here
        caret = self.textCursor()
        with self.undo_steps.typing(caret):
            begin = caret.selectionStart() + event.replacementStart()
            replaced = self.text_cursor_at(begin, begin + event.replacementLength())
            self.undo_steps.insert(replaced, Manuscript.of_one(event.commitString(), WRITER))
        super().inputMethodEvent(QInputMethodEvent(event.preeditString(), event.attributes()))

    def _be_the_writer(self) -> None:
        """Let what Qt puts in at the caret come from the writer; there must be no selection."""
        self.setCurrentCharFormat(self.sources.format_of(WRITER))

    def _pass_to_column(self, event: QMouseEvent) -> bool:
        """Let a click in the margin, the only kind that comes here, place the caret in its line."""
        offset = QPoint(self.viewport().x(), self.viewport().y())
        passed = QMouseEvent(
            event.type(),
            event.position() - offset,
            event.scenePosition(),
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )
        return QApplication.sendEvent(self.viewport(), passed)

    def _lay_out_column(self) -> None:
        width = math.ceil(self._column * QFontMetricsF(self.font()).averageCharWidth())
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        margin = max(SMALLEST_MARGIN, (room - width) // 2)
        if self.viewportMargins().left() != margin:
            self.setViewportMargins(margin, TOP_MARGIN, margin, 0)
        self.column_moved.emit()


def puts_text_in(event: QKeyEvent) -> bool:
    """Tell whether a key writes something; Ctrl with Alt is AltGr on Windows."""
    modifiers = event.modifiers()
    is_command = bool(modifiers & Qt.KeyboardModifier.ControlModifier) and not (
        modifiers & Qt.KeyboardModifier.AltModifier
    )
    character = event.text()[:1]
    is_text = character.isprintable() or character in LINE_AND_TAB or category(character) in NOT_PRINTED
    return bool(character) and is_text and not is_command
