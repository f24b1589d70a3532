"""Who marks what on the page, side by side."""

from bisect import insort
from collections import defaultdict

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit


class Highlights(QObject):
    """Named layers of extra selections; a page by itself knows only one list of them."""

    def __init__(self, page: QPlainTextEdit) -> None:
        super().__init__(page)
        self._page = page
        self._layers: dict[str, list[QTextEdit.ExtraSelection]] = {}
        self._is_drawing = False
        self._has_changed = False

    def reserve(self, layer: str) -> None:
        """Let `layer` lie below all that show something later."""
        self._layers.setdefault(layer, [])

    def show(self, layer: str, selections: list[QTextEdit.ExtraSelection]) -> None:
        """Replace what `layer` marks; later layers lie on top of earlier ones."""
        if selections or self._layers.get(layer):
            self._layers[layer] = selections
            self._has_changed = True
            self._draw()

    def clear(self, layer: str) -> None:
        """Take away what `layer` marks."""
        self.show(layer, [])

    def _draw(self) -> None:
        """Hand all layers to the page.

        While Qt takes them over it may find that the page must scroll, and whoever follows that shows something
        new: Qt would not survive to be given that in the middle.
        """
        if self._is_drawing:
            return
        self._is_drawing = True
        try:
            while self._has_changed:
                self._has_changed = False
                marks = [selection for layer in self._layers.values() for selection in layer]
                self._page.setExtraSelections(_flattened(marks))
        finally:
            self._is_drawing = False


def _flattened(selections: list[QTextEdit.ExtraSelection]) -> list[QTextEdit.ExtraSelection]:
    """Return selections that do not overlap; where some did, the format of the later lies on the earlier.

    Qt would paint the text once for each of them, which makes it look bold.
    """
    begins, ends = defaultdict(list), defaultdict(list)
    for number, selection in enumerate(selections):
        begins[selection.cursor.selectionStart()].append(number)
        ends[selection.cursor.selectionEnd()].append(number)
    flat: list[QTextEdit.ExtraSelection] = []
    open_numbers: list[int] = []
    begin = 0
    for edge in sorted(begins.keys() | ends.keys()):
        if open_numbers:
            flat.append(_stretch(begin, edge, [selections[number] for number in open_numbers]))
        begin = edge
        for number in begins[edge]:
            insort(open_numbers, number)
        for number in ends[edge]:
            open_numbers.remove(number)
    return flat


def _stretch(begin: int, end: int, selections: list[QTextEdit.ExtraSelection]) -> QTextEdit.ExtraSelection:
    stretch = QTextEdit.ExtraSelection()
    stretch.cursor = QTextCursor(selections[0].cursor)
    stretch.cursor.setPosition(begin)
    stretch.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    stretch.format = QTextCharFormat()
    for selection in selections:
        stretch.format.merge(selection.format)
    return stretch
