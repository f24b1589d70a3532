"""Where a popup opens beside a word."""

from PySide6.QtCore import QPoint, QRect, QSize

GAP = 4  # pixels between the text and the popup


def popup_place(
    size: QSize, word: QRect, sentence: QRect, column: QRect, screen: QRect, inset: int, from_right: bool
) -> QRect:
    """Return where a popup opens: wholly on the screen and in sight of the word, never over the sentence.

    That is below the sentence, or above it, or in a margin; where the sentence leaves no such place, the same
    beside the lines of the word. All in pixels of the screen.

    Args:
        size: the popup's.
        word: where the word stands.
        sentence: where its sentence stands, as far as it can be seen.
        column: the column of text.
        screen: the part of the screen that is free for windows.
        inset: how far the popup's text stands from its side; it lines up with the word.
        from_right: whether the word is written from the right.
    """
    column = column.united(word)  # spaces at the end of a line may reach beyond it
    x = word.right() + inset + 1 - size.width() if from_right else word.left() - inset
    x = _within(x, size.width(), screen.left(), screen.right())
    y = _within(word.top(), size.height(), screen.top(), screen.bottom())
    lines = QRect(column.left(), word.top(), column.width(), word.height())
    for avoided in (sentence, lines):
        for corner in (
            QPoint(x, avoided.bottom() + 1 + GAP),
            QPoint(x, avoided.top() - GAP - size.height()),
            QPoint(column.right() + 1 + GAP, y),
            QPoint(column.left() - GAP - size.width(), y),
        ):
            place = QRect(corner, size)
            if screen.contains(place):
                return place
    return QRect(QPoint(x, y), size)  # the screen is too small for the popup and a line


def _within(start: int, length: int, first: int, last: int) -> int:
    return max(first, min(start, last + 1 - length))
