"""A note in a panel: what it is called, what it does, its text, and how much of it is read."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.editor.plain_text import text_of

LINES = 4  # of a text, at least
ROOM = 12  # around the lines: frame and margins, in pixels


class NoteEdit(QPlainTextEdit):
    """A few lines of plain text, which take what room there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(0, LINES * self.fontMetrics().lineSpacing() + ROOM)

    def minimumSizeHint(self) -> QSize:  # noqa: D102
        return self.sizeHint()


class NoteField(QWidget):
    """A text of the writer's; it has its own undo, and Tab leaves it.

    Args:
        caption: what it is called; with an ampersand in front of its access key.
        help_line: what it does.
    """

    edited = Signal()

    def __init__(self, caption: str, help_line: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel(caption)
        self._count = QLabel()
        self._help = quiet_label(help_line)
        self.edit = NoteEdit()
        self._build(caption, help_line)
        self.edit.textChanged.connect(self.edited)

    @property
    def text(self) -> str:
        """What the writer noted."""
        return text_of(self.edit.document())

    @property
    def count(self) -> str:
        """What is said of how much is read."""
        return self._count.text()

    def show_text(self, text: str) -> None:
        """Show another document's note; there is nothing to undo then."""
        with QSignalBlocker(self.edit):
            self.edit.setPlainText(text)

    def show_count(self, words: str) -> None:
        """Say beside the caption how much is read."""
        self._count.setText(words)
        self.edit.setAccessibleDescription(f"{self._help.text()} {words}".strip())

    def _build(self, caption: str, help_line: str) -> None:
        name = caption.replace("&", "")
        self._caption.setBuddy(self.edit)
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(help_line)
        self.setFocusProxy(self.edit)
        head = QHBoxLayout()
        head.addWidget(self._caption, 1)
        head.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self._help)
        column.addWidget(self.edit, 1)


def quiet_label(words: str) -> QLabel:
    """Return a line that steps back, and that takes the width it is given."""
    label = QLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setMinimumWidth(0)
    return label
