import sys

import psutil
from PySide6.QtCore import QObject
from PySide6.QtGui import QFont, QTextLayout

PARAGRAPH = "word and " * 270
PARAGRAPHS = 1000
MOST_KEPT = 20  # bytes for each character


def test_calls_into_qt_leave_the_count_of_none_alone() -> None:
    """PySide6 6.12.0 on Python 3.11 does not, and the program dies once the count reaches nothing."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert sys.getrefcount(None) > before - 500


def test_paragraphs_that_were_laid_out_take_little_memory(qapp) -> None:
    """From Qt 6.11 on each keeps the buffer that it was shaped in, 60 bytes for each of its characters."""
    layouts = [QTextLayout(PARAGRAPH, QFont()) for _ in range(PARAGRAPHS)]
    before = psutil.Process().memory_info().rss
    for layout in layouts:
        lay_out(layout)
    grown = psutil.Process().memory_info().rss - before
    assert grown < MOST_KEPT * PARAGRAPHS * len(PARAGRAPH)


def lay_out(layout: QTextLayout) -> None:
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(400)
    layout.endLayout()
