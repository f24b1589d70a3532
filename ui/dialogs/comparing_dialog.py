"""What the windows that compare texts have in common."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from ui.dialogs.comparison_view import ComparisonView, Surroundings

USUAL_SIZE = QSize(1080, 680)
SMALLEST_SIZE = QSize(480, 320)
SIDE_WIDTH = 240
HANDLE = 9
EDGE = 16


class ComparingDialog(QDialog):
    """A window beside the page with a view that compares; it remembers its size, and Esc closes it.

    Args:
        name: what its size is remembered by.
        surroundings: what the view needs.
        parent: the window that it belongs to.
        rivals: whether neither text is older than the other.
    """

    def __init__(
        self, name: str, surroundings: Surroundings, parent: QWidget | None = None, *, rivals: bool = False
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._store: QSettings = surroundings.store
        self._splitter = QSplitter()
        self.view = ComparisonView(surroundings, rivals=rivals)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setModal(False)

    def done(self, result: int) -> None:  # noqa: D102
        self._store.setValue(f"{self._name}/geometry", self.saveGeometry())
        self._store.setValue(f"{self._name}/splitter", self._splitter.saveState())
        self.view.forget()
        super().done(result)

    def assemble(
        self, words: QLabel | None, side: QWidget | None, below: Sequence[QWidget], buttons: QDialogButtonBox
    ) -> None:
        """Put the parts in their places and take the size of the last time.

        Args:
            words: stand above all.
            side: stands beside the view.
            below: stands in one line with the buttons.
            buttons: the answers; the one to close with closes.
        """
        buttons.rejected.connect(self.reject)
        if side is not None:
            self._splitter.addWidget(side)
        self._splitter.addWidget(self.view)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(HANDLE)
        self._splitter.setStretchFactor(self._splitter.count() - 1, 1)
        self._splitter.setSizes([SIDE_WIDTH, USUAL_SIZE.width() - SIDE_WIDTH][-self._splitter.count() :])
        row = QHBoxLayout()
        row.setContentsMargins(EDGE, 10, EDGE, 12)
        row.setSpacing(8)
        for widget in below:
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        if words is not None:
            words.setWordWrap(True)
            words.setContentsMargins(EDGE, 8, EDGE, 12)
            column.addWidget(words)
        column.addWidget(self._splitter, 1)
        column.addLayout(row)
        self._take_size()

    def _take_size(self) -> None:
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(USUAL_SIZE.boundedTo(self.screen().availableGeometry().size()))
        geometry = self._store.value(f"{self._name}/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        state = self._store.value(f"{self._name}/splitter")
        if isinstance(state, QByteArray):
            self._splitter.restoreState(state)
