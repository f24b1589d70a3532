"""Who marks what on the page, side by side."""

from bisect import insort
from collections import defaultdict

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from ui.editor.page import Page


class Highlights(QObject):
    """Named layers of extra selections; a page by itself knows only one list of them."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._layers: dict[str, list[QTextEdit.ExtraSelection]] = {}
        self._is_stale = self._is_at_work = False
        page.inlay.changed.connect(self._make_way)

    def reserve(self, layer: str) -> None:
        """Let `layer` lie below all that show something later."""
        self._layers.setdefault(layer, [])

    def show(self, layer: str, selections: list[QTextEdit.ExtraSelection]) -> None:
        """Replace what `layer` marks; later layers lie on top of earlier ones."""
        if selections or self._layers.get(layer):
            self._layers[layer] = selections
            self._hand_over()

    def clear(self, layer: str) -> None:
        """Take away what `layer` marks."""
        self.show(layer, [])

    @Slot()
    def _make_way(self) -> None:
        if any(self._layers.values()):
            self._hand_over()

    def _hand_over(self) -> None:
        """Give all layers to the page, once more where one of them changes meanwhile.

        To find out what to paint, Qt may lay out lines and scroll, and whoever follows that shows something
        else. Qt's own list must not change under its hands then: it would crash.
        """
        self._is_stale = True
        if self._is_at_work:
            return
        self._is_at_work = True
        try:
            while self._is_stale:
                self._is_stale = False
                marks = [mark for layer in self._layers.values() for mark in layer]
                self._page.setExtraSelections(self._page.inlay.take_over(_flattened(marks)))
        finally:
            self._is_at_work = False


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
