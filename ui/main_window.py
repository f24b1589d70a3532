"""The window: it holds the page and what stands around it, and asks before it closes."""

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from ui.editor.page import Page

USUAL_SIZE = QSize(1000, 760)
SMALLEST_SIZE = QSize(360, 280)
GEOMETRY = "window/geometry"


class MainWindow(QMainWindow):
    """Assembles the page, the bars below it and the status line.

    Args:
        store: keeps the window's place on the screen.
    """

    close_requested = Signal()

    def __init__(self, store: QSettings) -> None:
        super().__init__()
        self._store = store
        self._may_close = False
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(USUAL_SIZE.boundedTo(self.screen().availableGeometry().size()))
        geometry = store.value(GEOMETRY)
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def assemble(self, page: Page, *below: QWidget, beside: QWidget | None = None) -> None:
        """Put the page on top, a panel to its right and the other widgets below, in their order."""
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QSplitter(Qt.Orientation.Horizontal, centre)
        row.setObjectName("row")
        row.setChildrenCollapsible(False)
        row.setHandleWidth(1)  # Qt lets it be grabbed beside it, too
        row.addWidget(page)
        row.setStretchFactor(0, 1)
        if beside is not None:
            row.addWidget(beside)
            row.setStretchFactor(1, 0)
        column.addWidget(row, 1)
        for widget in below:
            column.addWidget(widget)
        self.setCentralWidget(centre)
        page.setFocus()

    def close_for_good(self) -> None:
        """Close without another question."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        if self._may_close:
            self._store.setValue(GEOMETRY, self.saveGeometry())
            event.accept()
        else:
            event.ignore()
            QTimer.singleShot(0, self.close_requested.emit)  # Qt ignores a close within a close
