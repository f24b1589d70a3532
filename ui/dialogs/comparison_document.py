"""A comparison as a document of two columns, whose rows Qt keeps level."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableCell,
    QTextTableFormat,
)

from app.document.comparison import Row, Span
from ui.dialogs.folding import Fold
from ui.theme import Colours

MARGIN = 10  # pixels, as all of these: around the columns
BAR = 3  # the line beside words that changed
INDENT = 12  # between it and the text
GAP = 16  # between the text and the other column
LEADING = 3  # above and below a paragraph
FOLD_LEADING = 12


@dataclass(frozen=True)
class Look:
    """How a comparison looks.

    prose: the font of the texts.
    words: the font of what stands for folded rows.
    rivals: whether what only one text has looks alike in both, instead of removed and added.
    """

    colours: Colours
    prose: QFont
    words: QFont
    rivals: bool = False


class ComparisonDocument(QTextDocument):
    """Shows the pieces of a comparison as a table; each fold is a link, and its address is its line.

    Args:
        rows: of the comparison.
        pieces: what is shown of it.
        look: fonts and colours.
        parent: owns the document.
    """

    def __init__(
        self, rows: Sequence[Row], pieces: Iterable[range | Fold], look: Look, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.lines: list[int | Fold] = []  # what each line of the table shows: the number of a row, or a fold
        for piece in pieces:
            self.lines += [piece] if isinstance(piece, Fold) else piece
        self.setUndoRedoEnabled(False)
        self.setDefaultFont(look.prose)
        self.setDocumentMargin(MARGIN)
        option = self.defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each paragraph by its own script
        self.setDefaultTextOption(option)
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        self.table = cursor.insertTable(len(self.lines), 2, _table_format())
        for number, line in enumerate(self.lines):
            if isinstance(line, Fold):
                self._write_fold(number, line)
            else:
                self._write_row(number, rows[line])
        cursor.endEditBlock()

    def cursor_at(self, line: int) -> QTextCursor:
        """Return a cursor in front of the words of a line."""
        return self.table.cellAt(line, 0).firstCursorPosition()

    def area(self, rows: range) -> QRectF:
        """Return where rows stand, both columns together; empty where none of them is shown."""
        layout = self.documentLayout()
        lines = [number for number, row in enumerate(self.lines) if row in rows]
        cells = [self.table.cellAt(line, column) for line in lines for column in (0, 1)]
        return reduce(
            QRectF.united,
            (layout.blockBoundingRect(cell.firstCursorPosition().block()) for cell in cells),
            QRectF(),
        )

    def _write_row(self, line: int, row: Row) -> None:
        removes = not self._look.rivals
        old = row.old or (None if row.new else row.old)  # an empty line beside new words looks like nothing
        new = row.new or (None if row.old else row.new)
        self._write_side(self.table.cellAt(line, 0), old, row.removed, row.is_unchanged, removes=removes)
        self._write_side(self.table.cellAt(line, 1), new, row.added, row.is_unchanged, removes=False)

    def _write_side(
        self, cell: QTextTableCell, text: str | None, spans: Sequence[Span], unchanged: bool, *, removes: bool
    ) -> None:
        """Write a paragraph: where words of it changed they are marked, where all of it did its ground is."""
        colours = self._look.colours
        colour, ground = (
            (colours.removed, colours.removed_ground) if removes else (colours.added, colours.added_ground)
        )
        is_whole = not unchanged and text is not None and _length(spans) == len(text)
        bar = colour if spans or is_whole else colours.paper
        _set_out(cell, bar, ground if is_whole else colours.paper)
        changed = QTextCharFormat()
        if not is_whole:
            changed.setForeground(QColor(colour))
            changed.setBackground(QColor(ground))
            changed.setFontStrikeOut(removes)
            changed.setFontUnderline(not removes)
        cursor = cell.firstCursorPosition()
        for part, is_changed in _parts(text or "", spans):
            cursor.insertText(part, changed if is_changed else QTextCharFormat())

    def _write_fold(self, line: int, fold: Fold) -> None:
        self.table.mergeCells(line, 0, 1, 2)
        cell = self.table.cellAt(line, 0)
        form = cell.format().toTableCellFormat()
        form.setTopPadding(FOLD_LEADING)
        form.setBottomPadding(FOLD_LEADING)
        cell.setFormat(form)
        centred = QTextBlockFormat()
        centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        link = QTextCharFormat()
        link.setAnchor(True)
        link.setAnchorHref(str(line))
        link.setFont(self._look.words)
        link.setForeground(QColor(self._look.colours.muted))
        link.setToolTip(self.tr("Show them"))
        cursor = cell.firstCursorPosition()
        cursor.setBlockFormat(centred)
        cursor.insertText(f"…  {self._words(fold)}  …", link)

    def _words(self, fold: Fold) -> str:
        count = fold.paragraphs
        if fold.is_unchanged:
            return (
                self.tr("1 unchanged paragraph")
                if count == 1
                else self.tr("%Ln unchanged paragraphs", "", count)
            )
        return (
            self.tr("1 more changed paragraph")
            if count == 1
            else self.tr("%Ln more changed paragraphs", "", count)
        )


def _table_format() -> QTextTableFormat:
    form = QTextTableFormat()
    form.setBorder(0)
    form.setCellSpacing(0)
    form.setCellPadding(0)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    form.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, 50)] * 2)
    return form


def _set_out(cell: QTextTableCell, bar: str, ground: str) -> None:
    """Give a cell its padding, a bar and a ground."""
    form = cell.format().toTableCellFormat()
    form.setTopPadding(LEADING)
    form.setBottomPadding(LEADING)
    form.setLeftPadding(INDENT)
    form.setRightPadding(GAP)
    form.setLeftBorder(BAR)
    form.setLeftBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setLeftBorderBrush(QColor(bar))
    form.setBackground(QColor(ground))
    cell.setFormat(form)


def _parts(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a paragraph, each with whether it changed; spaces around words did not."""
    end = 0
    for begin, stop in spans:
        words = text[begin:stop].strip()
        if words:
            begin = text.index(words, begin)
            stop = begin + len(words)
        yield text[end:begin], False
        yield text[begin:stop], True
        end = stop
    yield text[end:], False


def _length(spans: Sequence[Span]) -> int:
    return sum(stop - begin for begin, stop in spans)
