"""The entries of the story: a list of them, and the one that is chosen, to be edited."""

import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.document.notes import Entry
from ui.panels.note_field import NoteField, quiet_label

VALUE = Qt.ItemDataRole.UserRole
READ = Qt.ItemDataRole.UserRole + 1  # how much of it is read, in words; empty where nothing is
COMMAS = re.compile("[,،，、]")  # between keywords, in any script
MOST_ROWS = 6  # of the list that can be seen


class EntryList(QListWidget):
    """The names of the entries; Delete removes the chosen one."""

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.matches(QKeySequence.StandardKey.Delete):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: D102
        rows = min(max(self.count(), 1), MOST_ROWS)
        return QSize(0, rows * max(self.sizeHintForRow(0), self.fontMetrics().lineSpacing()))

    def minimumSizeHint(self) -> QSize:  # noqa: D102
        return self.sizeHint()


class EntriesEditor(QWidget):
    """Adds, removes and edits entries. What was removed can be put back, the last first."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel(self.tr("Stor&y entries"))
        self._list = EntryList()
        self._add = QPushButton(self.tr("&Add"))
        self._remove = QPushButton(self.tr("&Remove"))
        self._put_back = QPushButton(self.tr("Put &Back"))
        self._form = QWidget()
        self._name = QLineEdit()
        self._keywords = QLineEdit()
        self._text = NoteField(
            self.tr("Fac&ts"),
            self.tr(
                "Read where the name or a keyword stands nearby as a whole word, with ’s or in the plural."
            ),
        )
        self._removed: list[tuple[int, Entry]] = []
        self._is_known = False  # what of them is read
        self._build()
        self._add.clicked.connect(self._on_add)
        self._remove.clicked.connect(self._on_remove)
        self._put_back.clicked.connect(self._on_put_back)
        self._list.delete_pressed.connect(self._on_remove)
        self._list.itemActivated.connect(self._name.setFocus)
        self._list.currentItemChanged.connect(self._show_chosen)
        for line in (self._name, self._keywords):
            line.textEdited.connect(self._on_edited)
        self._text.edited.connect(self._on_edited)
        self._show_chosen()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, in the writer's order."""
        return tuple(item.data(VALUE) for item in self._items())

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show those of another document."""
        with QSignalBlocker(self._list):
            self._list.clear()
            for entry in entries:
                self._insert(self._list.count(), entry)
            self._list.setCurrentRow(0)
        self._removed = []
        self._show_chosen()

    def show_counts(self, counts: Mapping[tuple[str, str], str] | None) -> None:
        """Say of the entries that are read now how much is read.

        Args:
            counts: by names and texts, without the spaces around these; None where nobody knows.
        """
        self._is_known = counts is not None
        for item in self._items():
            entry: Entry = item.data(VALUE)
            item.setData(READ, (counts or {}).get((entry.name.strip(), entry.text.strip()), ""))
            self._dress(item)
        self._show_count()

    def event(self, event: QEvent) -> bool:
        """Let Undo put back what was removed, before it means the page."""
        if self._removed and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo):
            if event.type() == QEvent.Type.KeyPress:
                self._on_put_back()
            event.accept()
            return True
        return super().event(event)

    @Slot()
    def _on_add(self) -> None:
        item = self._insert(self._list.count(), Entry())
        self._list.setCurrentItem(item)
        self._name.setFocus()
        self.edited.emit()

    @Slot()
    def _on_remove(self) -> None:
        row = self._list.currentRow()
        if row >= 0:
            self._removed.append((row, self._list.takeItem(row).data(VALUE)))
            self._show_chosen()
            (self._put_back if self._list.count() == 0 else self._list).setFocus()
            self.edited.emit()

    @Slot()
    def _on_put_back(self) -> None:
        if self._removed:
            row, entry = self._removed.pop()
            self._list.setCurrentItem(self._insert(row, entry))
            self._list.setFocus()
            self._show_chosen()
            self.edited.emit()

    @Slot()
    def _on_edited(self) -> None:
        item = self._list.currentItem()
        if item is None:
            return
        keywords = tuple(word.strip() for word in COMMAS.split(self._keywords.text()) if word.strip())
        item.setData(VALUE, Entry(self._name.text(), keywords, self._text.text))
        self._dress(item)
        self.edited.emit()

    @Slot()
    def _show_chosen(self) -> None:
        """Show the chosen entry's parts; what is typed there is undone there."""
        item = self._list.currentItem()
        entry: Entry = item.data(VALUE) if item is not None else Entry()
        self._form.setVisible(item is not None)
        self._list.setVisible(self._list.count() > 0)
        self._list.updateGeometry()
        self._remove.setEnabled(item is not None)
        self._put_back.setVisible(bool(self._removed))
        self._name.setText(entry.name)
        self._keywords.setText(", ".join(entry.keywords))
        self._text.show_text(entry.text)
        self._show_count()

    def _show_count(self) -> None:
        item = self._list.currentItem()
        words = item.data(READ) if item is not None else ""
        is_unread = item is not None and self._is_known and not words
        self._text.show_count(self.tr("not read here") if is_unread else words)

    def _insert(self, row: int, entry: Entry) -> QListWidgetItem:
        item = QListWidgetItem()
        item.setData(VALUE, entry)
        item.setData(READ, "")
        self._list.insertItem(row, item)
        self._dress(item)
        return item

    def _dress(self, item: QListWidgetItem) -> None:
        name, words = item.data(VALUE).name.strip() or self.tr("Without a name"), item.data(READ)
        item.setText(f"{name} · {words}" if words else name)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _build(self) -> None:
        self._caption.setBuddy(self._list)
        self._list.setObjectName("side")  # for the theme
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setAccessibleName(self.tr("Story entries"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name.setAccessibleName(self.tr("Name"))
        self._keywords.setAccessibleName(self.tr("Keywords, separated by commas"))
        self._keywords.setPlaceholderText(self.tr("other words for it, with commas"))
        buttons = QHBoxLayout()
        for button in (self._add, self._remove, self._put_back):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 4, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.tr("&Name"), self._name)
        form.addRow(self.tr("&Keywords"), self._keywords)
        form.addRow(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._caption)
        column.addWidget(quiet_label(self.tr("People, places, things: read only where they are spoken of.")))
        column.addWidget(self._list)
        column.addLayout(buttons)
        column.addWidget(self._form, 1)
