"""The panel that shows which words the model weighed where one stands."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.assist.look_inside import Choice
from ui.editor.choice_rows import CHOICE, ChoiceRows, fill
from ui.theme import Theme

STYLE = """
QListWidget {{ background: transparent; border: none; outline: none; }}
QListWidget:focus {{ border-top: 1px solid {mark}; }}
"""


class InsidePanel(QWidget):
    """Names a word and lists what else might stand there: click, arrow keys and Return, or digits 1 to 8."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._word = _line(bold=True)
        self._surprise = _line()
        self._note = _line()
        self._state = _line()
        self.rows = ChoiceList()
        self.rows.setItemDelegate(ChoiceRows(theme, self))
        self.rows.setAccessibleName(self.tr("Words that the model weighed"))
        self.rows.chosen.connect(self.chosen)
        self.setFocusProxy(self.rows)
        self._build()
        self._dress()
        theme.changed.connect(self._dress)

    def show_choices(self, word: str, surprise: str, choices: list[Choice], note: str) -> None:
        """Show the words for a place.

        Args:
            word: what stands there.
            surprise: how unexpected that is, in words.
            choices: what the model weighed.
            note: what choosing another word does.
        """
        self._word.setText(f"“{word}”")
        self._surprise.setText(surprise)
        self._note.setText(note)
        self._state.clear()
        fill(self.rows, choices)
        self.rows.setCurrentRow(next((i for i, choice in enumerate(choices) if choice.stands), 0))
        self._show_lines()

    def say(self, state: str) -> None:
        """Say what is going on, below what is shown."""
        self._state.setText(state)
        self._show_lines()

    def clear(self) -> None:
        """Show no word."""
        for line in (self._word, self._surprise, self._note):
            line.clear()
        self.rows.clear()
        self._show_lines()

    @property
    def words(self) -> str:
        """All that is said beside the list."""
        return "\n".join(line.text() for line in self._lines() if line.text())

    def _lines(self) -> tuple[QLabel, ...]:
        return self._word, self._surprise, self._note, self._state

    def _show_lines(self) -> None:
        for line in self._lines():
            line.setVisible(bool(line.text()))

    @Slot()
    def _dress(self) -> None:
        self.rows.setStyleSheet(STYLE.format_map(vars(self._theme.colours)))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(6)
        column.addWidget(self._word)
        column.addWidget(self._surprise)
        column.addWidget(self.rows)
        column.addWidget(self._note)
        column.addWidget(self._state)
        column.addStretch(1)
        self._show_lines()


class ChoiceList(QListWidget):
    """The rows of the panel; as high as they are.

    Without any it stays in sight: Qt would hand the keyboard on to something else, or take it from the page
    for rows that come later.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self._choose)
        self.model().dataChanged.connect(self._fit)
        self.model().modelReset.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentItem())
        elif event.text() and event.text() in "123456789":
            self._choose(self.item(int(event.text()) - 1))
        else:
            super().keyPressEvent(event)

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem | None) -> None:
        choice = item.data(CHOICE) if item is not None else None
        if isinstance(choice, Choice) and not choice.stands:
            self.chosen.emit(choice.text)

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(sum(self.sizeHintForRow(row) for row in range(self.count())) + 2)


def _line(bold: bool = False) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if bold:
        font = label.font()
        font.setBold(True)
        label.setFont(font)
    else:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
