"""Who marks what on the page, side by side."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit


class Highlights(QObject):
    """Named layers of extra selections; a page by itself knows only one list of them."""

    def __init__(self, page: QPlainTextEdit) -> None:
        super().__init__(page)
        self._page = page
        self._layers: dict[str, list[QTextEdit.ExtraSelection]] = {}

    def show(self, layer: str, selections: list[QTextEdit.ExtraSelection]) -> None:
        """Replace what `layer` marks; later layers lie on top of earlier ones."""
        if selections or self._layers.get(layer):
            self._layers[layer] = selections
            self._page.setExtraSelections([mark for marks in self._layers.values() for mark in marks])

    def clear(self, layer: str) -> None:
        """Take away what `layer` marks."""
        self.show(layer, [])
