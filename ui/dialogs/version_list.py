"""The versions of a document, day by day."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.document.versions import Generation
from ui.dialogs.moments import day, day_and_time, time

SPACE = 8  # pixels, in front of a day
VALUE = Qt.ItemDataRole.UserRole


class VersionList(QListWidget):
    """Lists versions, the newest first, below the day that they are of."""

    chosen = Signal(object)  # Generation

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")  # for the theme
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setWordWrap(True)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Versions"))
        self.currentItemChanged.connect(self._on_current_item_changed)

    def show_generations(self, generations: Sequence[Generation], now: datetime) -> None:
        """List `generations`, which begin with the newest, and choose that one."""
        self.clear()
        last_day = ""
        for generation in generations:
            if (this_day := day(generation.when, now)) != last_day:
                last_day = this_day
                self._add_day(this_day)
            self._add(generation, now)
        self.setCurrentRow(1)

    @Slot(QListWidgetItem)
    def _on_current_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(VALUE) is not None:
            self.chosen.emit(item.data(VALUE))

    def _add_day(self, words: str) -> None:
        item = QListWidgetItem(words, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        item.setSizeHint(QSize(0, self.fontMetrics().height() + 2 * SPACE))

    def _add(self, generation: Generation, now: datetime) -> None:
        words = self.tr("1 word") if generation.words == 1 else self.tr("%Ln words", "", generation.words)
        item = QListWidgetItem(
            "\n".join(filter(None, (f"{time(generation.when)} · {words}", generation.note)))
        )
        item.setToolTip(generation.note)
        item.setData(VALUE, generation)
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole,
            ", ".join(filter(None, (day_and_time(generation.when, now), words, generation.note))),
        )
        self.addItem(item)
