"""The notes on a document: what the writer wants the model to know."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.document.notes import Notes
from app.engines.prompts import FittedPassage
from ui.panels.entries_editor import EntriesEditor
from ui.panels.note_field import NoteField
from ui.panels.passage_words import how_much, what_is_cut


class NotesPanel(QScrollArea):
    """Memory, author's note, story entries and style sample, as plain texts."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut = QLabel()
        self.memory = NoteField(self.tr("&Memory"), self.tr("Always read: who, where, what has happened."))
        self.author_note = NoteField(
            self.tr("Author’s n&ote"), self.tr("Read right before the last lines: mood, what comes next.")
        )
        self.style_sample = NoteField(
            self.tr("&Style sample"), self.tr("A page that sounds as this text should.")
        )
        self.entries = EntriesEditor()
        self._build()
        for part in (self.memory, self.author_note, self.style_sample, self.entries):
            part.edited.connect(self.edited)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]

    @property
    def notes(self) -> Notes:
        """What the writer noted."""
        return Notes(self.memory.text, self.author_note.text, self.entries.entries, self.style_sample.text)

    @property
    def cut_shown(self) -> str:
        """What is said of what is left out; empty where all is read."""
        return "" if self._cut.isHidden() else self._cut.text()

    def show_notes(self, notes: Notes) -> None:
        """Show those of another document."""
        self.memory.show_text(notes.memory)
        self.author_note.show_text(notes.author_note)
        self.style_sample.show_text(notes.style)
        self.entries.show_entries(notes.entries)

    @Slot(object)
    def show_fitted(self, passages: Sequence[FittedPassage]) -> None:
        """Say how much of each note is read for the caret, and how much is left out."""
        fields = {"memory": self.memory, "note": self.author_note, "style": self.style_sample}
        by_kind = {str(one.passage.kind): how_much(one) for one in passages}
        for kind, field in fields.items():
            field.show_count(by_kind.get(kind, ""))
        entries = [one for one in passages if one.passage.kind == "entry"]
        counts = {(one.passage.title, one.passage.text.strip()): how_much(one) for one in entries}
        self.entries.show_counts(counts if passages else None)
        cut = what_is_cut([one for one in passages if one.passage.kind in (*fields, "entry")])
        self._cut.setText(
            self.tr("The notes are longer than the model can read. Left out: {what}.").format(what=cut)
        )
        self._cut.setVisible(bool(cut))

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Bring what has the keyboard into sight, once that has its place; nothing moves under a mouse."""
        if new is not None and self.isAncestorOf(new) and not QApplication.mouseButtons():
            QTimer.singleShot(0, self, self._show_focus)

    @Slot()
    def _show_focus(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.ensureWidgetVisible(focus)

    def _build(self) -> None:
        self._cut.setWordWrap(True)
        self._cut.setTextFormat(Qt.TextFormat.PlainText)
        self._cut.setObjectName("cut")
        self._cut.hide()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(12)
        column.addWidget(self._cut)
        column.addWidget(self.memory, 2)
        column.addWidget(self.author_note, 1)
        column.addWidget(self.entries, 1)
        column.addWidget(self.style_sample, 2)
        self.setWidget(content)
        content.setAutoFillBackground(False)  # which `setWidget` has switched on
        self.viewport().setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(self.memory)
