"""Words that are not in the document: painted in grey behind the caret until they are taken or dismissed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLayout,
)

from app.document.manuscript import EARLIER, Manuscript, Source
from ui.announcements import announce
from ui.editor.page import Page
from ui.editor.plain_text import utf16_length
from ui.editor.text_areas import line_areas, origin
from ui.theme import Theme

IS_GHOST = QTextFormat.Property.UserProperty + 1  # marks our own format among the highlighter's
MODIFIER_KEYS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class GhostText(QObject):
    """Shows a suggestion at the caret through the layout's preedit area, as an input method would.

    It wraps and pushes the rest of the line aside, and neither the document nor the clipboard holds it. Tab
    or a click takes all of it, Ctrl+Right a word; every other key, click or change dismisses it.
    """

    shown = Signal(str)  # once for each suggestion, when it first appears
    taken = Signal(str)
    dismissed = Signal()

    def __init__(self, page: Page, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._theme = theme
        self._text = ""
        self._source = EARLIER
        self._place = QTextCursor(page.document())
        page.installEventFilter(self)
        page.viewport().installEventFilter(self)
        page.document().contentsChange.connect(self._on_contents_change)
        page.cursorPositionChanged.connect(self._on_caret_moved)

    @property
    def text(self) -> str:
        """What is shown; empty when nothing is."""
        return self._text

    def show(self, text: str, source: Source) -> None:
        """Show `text`, which comes from `source`, behind the caret in place of what was shown."""
        is_new = not self._text
        self.clear()
        if not text:
            return
        self._paint_at_caret(text, source)
        if is_new:
            self.shown.emit(text)
        announce(self._page, self.tr("Suggestion: {text}").format(text=text.strip()))

    def clear(self) -> None:
        """Show nothing."""
        if self._text:
            self._text = ""
            self._paint("")

    def dismiss(self) -> None:
        """Show nothing, because the writer went on without it."""
        if self._text:
            self.clear()
            self.dismissed.emit()

    def take_all(self) -> None:
        """Put all of it into the document."""
        self._take(self._text, "")

    def take_word(self) -> None:
        """Put its first word into the document and go on showing the rest."""
        lead = len(self._text) - len(self._text.lstrip())
        end = next((i for i, c in enumerate(self._text) if i > lead and c.isspace()), len(self._text))
        self._take(self._text[:end], self._text[end:])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if not self._text:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            return self._claim(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            return self._on_click(event)
        if event.type() in (QEvent.Type.InputMethod, QEvent.Type.FocusOut):
            self.dismiss()
        return False

    def _claim(self, event: QKeyEvent) -> bool:
        """Keep a shortcut elsewhere from taking a key that means the ghost text."""
        if self._action_for(event) is None:
            return False
        event.accept()
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in MODIFIER_KEYS:
            return False
        action = self._action_for(event)
        if action is None:
            self.dismiss()
            return False
        action()
        return True

    def _action_for(self, event: QKeyEvent) -> Callable[[], None] | None:
        pressed = event.keyCombination()
        if pressed == QKeyCombination(Qt.Key.Key_Tab):
            return self.take_all
        if pressed == QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Right):
            return self.take_word
        return self.dismiss if pressed == QKeyCombination(Qt.Key.Key_Escape) else None

    def _on_click(self, event: QMouseEvent) -> bool:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and any(area.contains(event.position()) for area in self.areas()):
            self.take_all()
            return True
        self.dismiss()
        return False

    def areas(self) -> list[QRectF]:
        """Return where the ghost text is painted, a rectangle for each line, in the viewport."""
        if not self._text:
            return []
        block = self._place.block()
        begin = block.layout().preeditAreaPosition()
        corner = origin(self._page, block)
        areas = line_areas(block.layout(), begin, begin + utf16_length(self._text))
        return [area.translated(corner) for area in areas]

    def _take(self, text: str, rest: str) -> None:
        self.clear()
        self._page.undo_steps.insert(self._page.textCursor(), Manuscript.of_one(text, self._source))
        self._page.follow_caret()
        self.taken.emit(text)
        if rest.strip():
            self._paint_at_caret(rest, self._source)

    @Slot(int, int, int)
    def _on_contents_change(self, _position: int, removed: int, added: int) -> None:
        if removed or added:
            self.dismiss()

    @Slot()
    def _on_caret_moved(self) -> None:
        caret = self._page.textCursor()
        if caret.position() != self._place.position() or caret.hasSelection():
            self.dismiss()

    def _paint_at_caret(self, text: str, source: Source) -> None:
        self._text = text
        self._source = source
        self._place = self._page.textCursor()
        self._paint(text)

    def _paint(self, text: str) -> None:
        block = self._place.block()
        layout = block.layout()
        formats = [span for span in layout.formats() if not span.format.hasProperty(IS_GHOST)]
        offset = self._place.positionInBlock()
        if text:
            span = QTextLayout.FormatRange()
            span.start, span.length = offset, utf16_length(text)
            span.format = QTextCharFormat()
            span.format.setProperty(IS_GHOST, True)
            span.format.setForeground(QColor(self._theme.colours.ghost))
            formats.append(span)
        layout.setPreeditArea(offset if text else -1, text)
        layout.setFormats(formats)
        self._page.document().markContentsDirty(block.position(), block.length())
