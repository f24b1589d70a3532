"""Exactly what the model reads for the caret, part by part."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QTextEdit, QVBoxLayout, QWidget

from app.engines.prompts import FittedPassage, PassageKind
from ui.panels.note_field import quiet_label
from ui.panels.passage_words import how_much, kind_name, name_of, number, tokens, what_is_cut
from ui.theme import Colours, Theme

SWATCH = QSize(14, 14)
KINDS: tuple[PassageKind, ...] = ("style", "memory", "entry", "note", "text", "frame")
HEADING_SIZE = 0.85  # of the usual type
BREAK = "↵"  # stands for a line break at the beginning or the end of a passage


class ContextPanel(QWidget):
    """Shows the passages of a prompt, each under its name and on its colour, with what they take."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._total = QLabel()
        self._cut = QLabel()
        self._legend = {kind: (Swatch(kind, theme), QLabel(kind_name(kind)), QLabel()) for kind in KINDS}
        self._text = QTextEdit()
        self._passages: tuple[FittedPassage, ...] = ()
        self._context_length = 0
        self._why_nothing = ""
        self._build()
        theme.changed.connect(self._draw)

    def show_fitted(self, passages: Sequence[FittedPassage], context_length: int) -> None:
        """Show what is read; `context_length` is what the model can hold, in tokens."""
        if (tuple(passages), context_length) != (self._passages, self._context_length):
            self._passages, self._context_length, self._why_nothing = tuple(passages), context_length, ""
            self._draw()

    def show_nothing(self, why: str) -> None:
        """Say why there is nothing to be seen."""
        self._passages, self._why_nothing = (), why
        self._draw()

    @Slot()
    def _draw(self) -> None:
        read = sum(one.tokens for one in self._passages)
        self._total.setText(
            self._why_nothing
            or self.tr("{read} of the {whole} tokens that the model can hold").format(
                read=number(read), whole=number(self._context_length)
            )
        )
        cut = what_is_cut(self._passages)
        self._cut.setText(self.tr("Left out: {what}.").format(what=cut))
        self._cut.setVisible(bool(cut))
        self._draw_legend()
        self._draw_text()

    def _draw_legend(self) -> None:
        for kind, (swatch, name, amount) in self._legend.items():
            count = sum(one.tokens for one in self._passages if one.passage.kind == kind)
            amount.setText(tokens(count))
            for widget in (swatch, name, amount):
                widget.setVisible(count > 0)

    def _draw_text(self) -> None:
        """Write the text anew, and keep the reader's place."""
        place = self._text.verticalScrollBar().value()
        at_end = place == self._text.verticalScrollBar().maximum()
        self._text.clear()
        cursor = self._text.textCursor()
        cursor.beginEditBlock()
        for one in self._passages:
            if one.tokens or one.cut:
                self._write(cursor, one)
        cursor.endEditBlock()
        bar = self._text.verticalScrollBar()
        bar.setValue(bar.maximum() if at_end else place)

    def _write(self, cursor: QTextCursor, one: FittedPassage) -> None:
        heading, ground, quiet = QTextCharFormat(), QTextBlockFormat(), QTextCharFormat()
        quiet.setForeground(QColor(self._theme.colours.muted))
        heading.setForeground(QColor(self._theme.colours.muted))
        heading.setFontPointSize(self.font().pointSizeF() * HEADING_SIZE)
        above = QTextBlockFormat()
        above.setTopMargin(0 if cursor.atStart() else 10)
        colour = ground_of(one.passage.kind, self._theme.colours)
        ground.setBackground(QColor(colour))
        plain = QTextCharFormat()
        plain.setForeground(QColor(self._theme.colours.ink))
        if cursor.atStart():
            cursor.setBlockFormat(above)
        else:
            cursor.insertBlock(above)
        cursor.insertText(f"{name_of(one.passage)} · {how_much(one)}", heading)
        words = one.kept.strip("\n")
        begin = one.kept.index(words)
        breaks = BREAK * begin, BREAK * (len(one.kept) - begin - len(words))
        cursor.insertBlock(ground)
        cursor.insertText(breaks[0], quiet)
        for number_of_line, line in enumerate(words.split("\n")):
            if number_of_line:
                cursor.insertBlock(ground)
            cursor.insertText(line, plain)
        cursor.insertText(breaks[1], quiet)

    def _build(self) -> None:
        for label in (self._total, self._cut):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._cut.hide()
        self._text.setReadOnly(True)
        self._text.setAcceptRichText(False)
        self._text.setUndoRedoEnabled(False)
        self._text.setTabChangesFocus(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setAccessibleName(self.tr("What the model reads"))
        legend = QGridLayout()
        legend.setColumnStretch(1, 1)
        for row, (swatch, name, amount) in enumerate(self._legend.values()):
            amount.setAlignment(Qt.AlignmentFlag.AlignRight)
            for place, widget in enumerate((swatch, name, amount)):
                widget.hide()
                legend.addWidget(widget, row, place)
        self.setFocusProxy(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        column.addWidget(quiet_label(self.tr("For the caret’s place, from its beginning to its end:")))
        column.addWidget(self._total)
        column.addWidget(self._cut)
        column.addLayout(legend)
        column.addWidget(self._text, 1)


class Swatch(QWidget):
    """A patch of the colour of passages of a kind."""

    def __init__(self, kind: PassageKind, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._theme = theme
        self.setFixedSize(SWATCH)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        with QPainter(self) as painter:
            painter.setPen(QColor(self._theme.colours.mark))
            painter.setBrush(QColor(ground_of(self._kind, self._theme.colours)))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def ground_of(kind: PassageKind, colours: Colours) -> str:
    """Return the colour behind passages of a kind."""
    grounds = {
        "style": colours.style_ground,
        "memory": colours.memory_ground,
        "entry": colours.entry_ground,
        "note": colours.note_ground,
        "frame": colours.surface,
    }
    return grounds.get(kind, colours.paper)
