"""Where text stands on the page, and which text stands at a point."""

from typing import cast

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QTextBlock, QTextCursor, QTextLayout, QTextLine
from PySide6.QtWidgets import QPlainTextEdit

from ui.editor.inlay import into_layout, into_paragraph


def origin(page: QPlainTextEdit, block: QTextBlock) -> QPointF:
    """Return where the layout of `block` begins, in the viewport of the page."""
    return page.blockBoundingGeometry(block).translated(page.contentOffset()).topLeft()


def line_areas(layout: QTextLayout, begin: int, end: int) -> list[QRectF]:
    """Return where the code units from `begin` to `end` stand in the layout, a rectangle for each line."""
    areas = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(begin, line.textStart())
        last = min(end, line.textStart() + line.textLength())
        if first < last:
            areas.append(_part(line, first, last))
    return areas


def area_on_screen(page: QPlainTextEdit, selection: QTextCursor) -> QRect:
    """Return where the selected part of one paragraph stands, in pixels of the screen.

    What is cut over two lines takes both.
    """
    block = selection.block()
    start = into_layout(block, selection.selectionStart() - block.position())
    end = into_layout(block, selection.selectionEnd() - block.position())
    area = QRectF()
    for line in line_areas(block.layout(), start, end):
        area |= line
    on_page = area.translated(origin(page, block)).toAlignedRect()
    return on_page.translated(page.viewport().mapToGlobal(QPoint()))


def position_at(page: QPlainTextEdit, point: QPoint) -> int:
    """Return the position of the character under `point`, or of the paragraph's end behind its last one.

    `QPlainTextEdit.cursorForPosition` goes to the nearer side of the character instead.
    """
    block = page.cursorForPosition(point).block()
    place = QPointF(point) - origin(page, block)
    line = _line_at(block.layout(), place.y())
    if (
        line is not None
        and place.y() < line.y() + line.height()
        and line.naturalTextRect().left() <= place.x() <= line.naturalTextRect().right()
    ):
        found = line.xToCursor(place.x(), QTextLine.CursorPosition.CursorOnCharacter)
        return block.position() + into_paragraph(block, found)
    return block.position() + block.length() - 1


def caret_behind_inlay(page: QPlainTextEdit, inlaid: QTextBlock, cursor: QTextCursor) -> QRect | None:
    """Return where a caret stands behind an inlay; None where Qt, which does not know of it, is right.

    Args:
        page: shows it.
        inlaid: the paragraph with the inlay; an invalid one where there is none.
        cursor: the caret.
    """
    if not inlaid.isValid() or cursor.block() != inlaid:
        return None
    place = into_layout(inlaid, cursor.positionInBlock())
    line = inlaid.layout().lineForTextPosition(place)
    if place == cursor.positionInBlock() or not line.isValid():
        return None
    x, _ = cast(tuple[float, int], line.cursorToX(place))
    corner = origin(page, inlaid) + QPointF(x, line.y())
    return QRectF(corner, QSizeF(page.cursorWidth(), line.height())).toRect()


def cursor_beside_inlay(page: QPlainTextEdit, inlaid: QTextBlock, point: QPoint) -> QTextCursor | None:
    """Return the text cursor nearest to a point in the paragraph with an inlay; None elsewhere."""
    if not inlaid.isValid():
        return None
    place = QPointF(point) - origin(page, inlaid)
    is_below = place.y() >= page.blockBoundingRect(inlaid).height()
    line = _line_at(inlaid.layout(), place.y())
    if place.y() < 0 or (is_below and inlaid.next().isValid()) or line is None:
        return None
    cursor = QTextCursor(inlaid)
    if is_below:
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
    else:
        cursor.setPosition(inlaid.position() + into_paragraph(inlaid, line.xToCursor(place.x())))
    return cursor


def _line_at(layout: QTextLayout, y: float) -> QTextLine | None:
    """Return the line at a height, or the last one above it; None in a layout without lines."""
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    return next((line for line in lines if y < line.y() + line.height()), lines[-1] if lines else None)


def _part(line: QTextLine, begin: int, end: int) -> QRectF:
    """Return where a part of a line stands.

    Its glyphs know; `QTextLine.cursorToX` is ambiguous where scripts of both directions meet.
    """
    area = line.naturalTextRect()
    if end - begin < line.textLength():
        glyphs = [run.boundingRect() for run in line.glyphRuns(begin, end - begin)]
        area.setLeft(min((box.left() for box in glyphs), default=area.left()))
        area.setRight(max((box.right() for box in glyphs), default=area.left()))
    return area
