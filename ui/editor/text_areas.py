"""Where text stands on the page, and which text stands at a point."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QTextBlock, QTextCursor, QTextLayout, QTextLine

from ui.editor.page import Page


def origin(page: Page, block: QTextBlock) -> QPointF:
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


def area_on_screen(page: Page, selection: QTextCursor) -> QRect:
    """Return where the selected part of one paragraph stands, in pixels of the screen.

    What is cut over two lines takes both.
    """
    block = selection.block()
    start = selection.selectionStart() - block.position()
    end = selection.selectionEnd() - block.position()
    area = QRectF()
    for line in line_areas(block.layout(), start, end):
        area |= line
    on_page = area.translated(origin(page, block)).toAlignedRect()
    return on_page.translated(page.viewport().mapToGlobal(QPoint()))


def position_at(page: Page, point: QPoint) -> int:
    """Return the position of the character under `point`, or of the paragraph's end behind its last one.

    `QPlainTextEdit.cursorForPosition` goes to the nearer side of the character instead.
    """
    block = page.cursorForPosition(point).block()
    place = QPointF(point) - origin(page, block)
    layout = block.layout()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        if place.y() < line.y() + line.height():
            if not line.naturalTextRect().left() <= place.x() <= line.naturalTextRect().right():
                break
            return block.position() + line.xToCursor(place.x(), QTextLine.CursorPosition.CursorOnCharacter)
    return block.position() + block.length() - 1


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
