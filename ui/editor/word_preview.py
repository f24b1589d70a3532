"""Another word tried in its sentence: painted over the page, never written into it."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from ui.announcements import announce
from ui.editor.page import Page
from ui.editor.plain_text import replaced
from ui.editor.replaced_paragraph import ReplacedParagraph
from ui.editor.sentences import select_sentence
from ui.editor.text_areas import line_areas, origin
from ui.theme import Theme


class WordPreview(QWidget):
    """Covers the word's paragraph with the same paragraph set anew, the other word in the models' colour.

    A preedit area, as ghost text has, could add the word but not hide the old one, and whatever stands below
    would move whenever a line comes or goes.
    """

    def __init__(self, page: Page, theme: Theme) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self._text = ""
        self._place = QTextCursor(page.document())
        self._paragraph: ReplacedParagraph | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme.changed.connect(self.refresh)

    @property
    def text(self) -> str:
        """The word that is shown; empty when none is."""
        return self._text

    def show_word(self, text: str, place: QTextCursor) -> None:
        """Show `text` in place of what `place` selects, and tell a screen reader how the sentence reads."""
        if text == self._text:
            return
        self._text, self._place = text, place
        self.refresh()
        sentence = select_sentence(place)
        start = place.selectionStart() - sentence.selectionStart()
        end = place.selectionEnd() - sentence.selectionStart()
        announce(self._page, replaced(sentence.selectedText(), start, end, text))

    @Slot()
    def clear(self) -> None:
        """Show the page as it is."""
        self._text = ""
        self._paragraph = None
        self.hide()

    @Slot()
    def refresh(self) -> None:
        """Follow a change of the page or of the theme."""
        if not self._text:
            return
        self._paragraph = self._set(self._place, self._text)
        block = self._place.block()
        viewport = self._page.viewport().geometry()
        column = QRectF(origin(self._page, block) + QPointF(viewport.topLeft()), QRectF(viewport).size())
        column.setHeight(max(self._page.blockBoundingGeometry(block).height(), self._paragraph.height))
        covered = column.toAlignedRect() & viewport
        margin = self._page.width() - covered.right() - self._page.verticalScrollBar().width()
        self.setGeometry(covered.adjusted(0, 0, margin, 0))  # a line may run on into the margin
        self.show()
        self.update()

    def sentence_area(self, place: QTextCursor, words: list[str]) -> QRect:
        """Return where the word's sentence stands, in the viewport, as far as it can be seen.

        Args:
            place: selects the word, or stands where there is none yet.
            words: what may be shown there; with the longest, the sentence may need a line more.
        """
        block = place.block()
        sentence = select_sentence(place)
        begin, end = sentence.selectionStart() - block.position(), sentence.selectionEnd() - block.position()
        areas = line_areas(block.layout(), begin, end)
        if words:
            longest = max(words, key=QFontMetricsF(self._page.font()).horizontalAdvance)
            areas += self._set(place, longest).areas(sentence)
        area = QRectF()
        for line in areas:
            area |= line
        area.translate(origin(self._page, block))
        return area.toAlignedRect() & self._page.viewport().rect()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        if self._paragraph is None:
            return
        viewport = self._page.viewport()
        corner = viewport.pos() - self.pos()
        palette = viewport.palette()
        painter = QPainter(self)
        painter.fillRect(QRect(corner, viewport.size()) & event.rect(), palette.base())
        painter.setPen(palette.text().color())
        top_left = origin(self._page, self._place.block()) + QPointF(corner)
        self._paragraph.draw(painter, top_left, QRectF(event.rect()))

    def _set(self, place: QTextCursor, text: str) -> ReplacedParagraph:
        form = QTextCharFormat()
        form.setForeground(QColor(self._theme.colours.accent))
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)  # not by colour alone
        return ReplacedParagraph(self._page, place, text, form)
