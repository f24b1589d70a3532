"""Words that are not in the document: shown in grey at the caret until they are taken or dismissed."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QMouseEvent, QTextCharFormat, QTextCursor

from app.document.manuscript import EARLIER, Manuscript, Source
from ui.announcements import announce
from ui.editor.ghost_clicks import GhostClicks
from ui.editor.ghost_keys import GhostKey, is_idle, is_stray, meaning_of
from ui.editor.ghost_parts import first_sentence, first_word
from ui.editor.page import Page, puts_text_in
from ui.editor.plain_text import text_between
from ui.editor.text_areas import line_areas, origin
from ui.theme import Theme

ENDINGS = (QEvent.Type.FocusOut, QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
STEPS = {GhostKey.NEXT: 1, GhostKey.PREVIOUS: -1}


class GhostText(QObject):
    """Shows a suggestion in the line at the caret, and puts what the writer takes of it into the document.

    It wraps and pushes the rest of the line aside; neither the document nor the clipboard holds it. Tab or a
    click takes all of it, Ctrl+Right a word, Ctrl+Down a sentence, Alt+] and Alt+[ ask for others. Typing the
    same letters keeps the rest; whatever else the writer does dismisses it. It steps aside while text is put
    in at the caret, so that an input method finds its place free.
    """

    shown = Signal(str)  # once for each suggestion; not for what it grows by, nor for others in its place
    advanced = Signal(str)  # the writer took or typed this beginning of it; the rest may still be shown
    taken = Signal(str)
    dismissed = Signal()  # the writer went on without it, or without the rest of it
    declined = Signal()  # by Esc, just before `dismissed`
    leafed = Signal(int)  # another one is asked for: 1 the next, -1 the one before

    def __init__(self, page: Page, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._theme = theme
        self._text = ""
        self._source = EARLIER
        self._place = page.textCursor()
        self._place.setKeepPositionOnInsert(True)
        self._is_aside = False
        self._length = 0  # of the document when the text stepped aside, in UTF-16 code units
        self._announced = ""
        self._clicks = GhostClicks(page, self.dismiss)
        page.installEventFilter(self)
        page.viewport().installEventFilter(self)
        page.document().contentsChange.connect(self._on_contents_change)
        page.cursorPositionChanged.connect(self._on_caret_moved)
        page.selectionChanged.connect(self._on_caret_moved)  # a selection may leave the caret where it is
        page.typed.connect(self._on_typed)
        page.composed.connect(self._on_composed)
        theme.changed.connect(self._paint)

    @property
    def text(self) -> str:
        """What is shown; empty when nothing is."""
        return "" if self._is_aside else self._text

    @property
    def is_aside(self) -> bool:
        """Whether it waits to see what is put in at the caret."""
        return self._is_aside

    def show(self, text: str, source: Source, is_whole: bool = True) -> None:
        """Show `text`, which comes from `source`, at the caret in place of what was shown.

        Args:
            text: the suggestion.
            source: who wrote it.
            is_whole: no more of it will come, so that it can be announced.
        """
        is_new = not self._text
        self._source = source
        self._put(text)
        if is_new and text:
            self._announced = ""
            self.shown.emit(text)
        if is_whole and self._text and self._text != self._announced:
            self._announced = self._text
            announce(self._page, self.tr("Suggestion: {text}").format(text=self._text.strip()))

    def clear(self) -> None:
        """Show nothing."""
        self._text, self._is_aside = "", False
        self._page.inlay.clear()

    @Slot()
    def dismiss(self) -> None:
        """Show nothing, because the writer went on without it."""
        if self._text:
            self.clear()
            self.dismissed.emit()

    def take_all(self) -> None:
        """Put all of it into the document."""
        self._take(self._text)

    def take_word(self) -> None:
        """Put its first word into the document and go on showing the rest."""
        self._take_part(first_word(self._text))

    def take_sentence(self) -> None:
        """Put it into the document up to the end of its first sentence and go on showing the rest."""
        self._take_part(first_sentence(self._text))

    def areas(self) -> list[QRectF]:
        """Return where the ghost text is painted, a rectangle for each line, in the viewport."""
        inlay = self._page.inlay
        if not inlay.text:
            return []
        corner = origin(self._page, inlay.block)
        return [area.translated(corner) for area in line_areas(inlay.block.layout(), inlay.begin, inlay.end)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if not self._text:
            return isinstance(event, QKeyEvent) and is_stray(event)
        if isinstance(event, QKeyEvent):
            return self._on_key(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            return self._on_press(event)
        if isinstance(event, QInputMethodEvent):
            return self._on_input_method(event)
        if event.type() in ENDINGS:
            self.dismiss()
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.KeyRelease or is_idle(event) or self._is_aside:
            return False
        key = meaning_of(event, self._place.block().textDirection())
        if event.type() == QEvent.Type.ShortcutOverride:  # a shortcut may mean the key too
            if key is not None:
                event.accept()
            elif not puts_text_in(event):
                self.dismiss()  # the command finds the page as it is
            return key is not None
        if key is not None:
            self._obey(key)
        elif puts_text_in(event) and self._text.startswith(event.text()):
            self._step_aside()
        else:
            self.dismiss()
        return key is not None

    def _obey(self, key: GhostKey) -> None:
        match key:
            case GhostKey.TAKE_ALL:
                self.take_all()
            case GhostKey.TAKE_WORD:
                self.take_word()
            case GhostKey.TAKE_SENTENCE:
                self.take_sentence()
            case GhostKey.DISMISS:
                self.declined.emit()
                self.dismiss()
            case GhostKey.NEXT | GhostKey.PREVIOUS:
                self.leafed.emit(STEPS[key])

    def _on_press(self, event: QMouseEvent) -> bool:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and any(area.contains(event.position()) for area in self.areas()):
            self.take_all()
            return True
        return self._clicks.press(event)

    def _on_input_method(self, event: QInputMethodEvent) -> bool:
        if event.replacementStart() or event.replacementLength():
            self.dismiss()
        elif event.preeditString() or event.commitString():
            if not self._is_aside:
                self._step_aside()
        elif not self._is_aside:
            return True  # says nothing, but Qt would take the ghost text for a composition and end it
        return False

    def _step_aside(self) -> None:
        self._is_aside = True
        self._length = self._page.document().characterCount()
        self._page.inlay.clear()

    @Slot()
    def _on_typed(self) -> None:
        if self._is_aside:
            self._come_back(self._put_in())

    @Slot()
    def _on_composed(self) -> None:
        if self._is_aside:  # given up: nothing was put in
            self.dismiss()

    def _come_back(self, put_in: str) -> None:
        """Go on with the rest of the text behind what was put in, where that is how it begins."""
        if not put_in or not self._text.startswith(put_in) or self._page.is_composing:
            self.dismiss()
            return
        self._is_aside = False
        rest = self._text.removeprefix(put_in)
        self._put(rest if rest.strip() else "")
        self.advanced.emit(put_in)

    def _put_in(self) -> str:
        """Return what was put in between the text's place and the caret; empty where more was changed."""
        caret, document = self._page.textCursor(), self._page.document()
        begin, end = self._place.position(), caret.position()
        if caret.hasSelection() or document.characterCount() - self._length != end - begin or end <= begin:
            return ""
        return text_between(document, begin, end)

    def _take_part(self, part: str) -> None:
        rest = self._text.removeprefix(part)
        self._take(part if rest.strip() else self._text)  # the space behind it belongs to the last word

    def _take(self, text: str) -> None:
        self._step_aside()
        self._page.undo_steps.insert(self._page.textCursor(), Manuscript.of_one(text, self._source))
        self._come_back(text)
        self._page.follow_caret()
        self.taken.emit(text)

    def _put(self, text: str) -> None:
        self._text = text
        self._place.setPosition(self._page.textCursor().position())
        if text:
            self._paint()
        else:
            self._page.inlay.clear()

    @Slot()
    def _paint(self) -> None:
        if self.text:
            form = QTextCharFormat()
            form.setForeground(QColor(self._theme.colours.ghost))
            self._page.inlay.show(QTextCursor(self._place), self._text, form)

    @Slot(int, int, int)
    def _on_contents_change(self, _position: int, removed: int, added: int) -> None:
        if (removed or added) and not self._is_aside:
            self.dismiss()

    @Slot()
    def _on_caret_moved(self) -> None:
        caret = self._page.textCursor()
        if not self._is_aside and (caret.position() != self._place.position() or caret.hasSelection()):
            self.dismiss()
