"""The panel that keeps every take of the session, to look at and to bring back."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.assist.takes import Take, TakeHistory
from ui.dialogs.moments import time

REFRESH_MS = 200  # while a take is being written
BEGINNING = 160  # characters of a take in the list, which cuts them to its width
TAKE = Qt.ItemDataRole.UserRole


class TakesPanel(QWidget):
    """Lists the takes by their places in the text, the newest first, and shows the whole of one below.

    Args:
        history: the takes.
        words_before: returns some words of the text before a place, by its number.
        shown_at: returns the take that stands untouched at a place, by its number.
    """

    bring_back = Signal(object)  # Take
    show_place = Signal(object)  # Take

    def __init__(
        self,
        history: TakeHistory,
        words_before: Callable[[int], str],
        shown_at: Callable[[int], Take | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._words_before = words_before
        self._shown_at = shown_at
        self._shown: set[Take | None] = set()  # the takes on the page
        self._listed: list[tuple[int, list[Take]]] = []
        self._looks: dict[Take, tuple[int, bool]] = {}  # how much its line shows, and whether in bold
        self._previewed = ""
        self.list = TakeList()
        self.preview = QPlainTextEdit()
        self.bring_back_button = QPushButton(self.tr("&Bring Back"))
        self.show_place_button = QPushButton(self.tr("Show &Place"))
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self._refresh)
        self._build()
        self.list.currentItemChanged.connect(self._show_current)
        self.list.chosen.connect(self._bring_back)
        self.bring_back_button.clicked.connect(self._bring_back)
        self.show_place_button.clicked.connect(self._show_place)
        self._show_current()

    @property
    def current(self) -> Take | None:
        """The take that is looked at."""
        item = self.list.currentItem()
        take: Take | None = None if item is None else item.data(TAKE)
        return take

    @Slot()
    def follow(self) -> None:
        """Show before long what has changed."""
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102
        super().showEvent(event)
        self._list_all()

    @Slot()
    def _refresh(self) -> None:
        if self._listed != self._takes():
            self._list_all()
            return
        self._look()
        for row in range(self.list.count()):
            self._dress(self.list.item(row))
        self._show_current()

    @Slot()
    def _show_current(self) -> None:
        take = self.current
        text = take.text.strip() if take is not None else ""
        if self._previewed and text.startswith(self._previewed):  # it grew: what is read of it stays in sight
            end = QTextCursor(self.preview.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            end.insertText(text[len(self._previewed) :])
        else:
            self.preview.setPlainText(text)
        self._previewed = text
        self.bring_back_button.setEnabled(take is not None)
        self.show_place_button.setEnabled(take is not None)

    @Slot()
    def _bring_back(self) -> None:
        self._refresh()  # nothing that is forgotten by now
        if self.current is not None:
            self.bring_back.emit(self.current)

    @Slot()
    def _show_place(self) -> None:
        self._refresh()
        if self.current is not None:
            self.show_place.emit(self.current)

    def _look(self) -> None:
        self._shown = {self._shown_at(place) for place, _ in self._listed}

    def _takes(self) -> list[tuple[int, list[Take]]]:
        return [
            (place, [take for each in rounds for take in each.written])
            for place, rounds in self._history.places()
        ]

    def _list_all(self) -> None:
        kept = self.current
        self._listed = self._takes()
        self._look()
        self._looks.clear()
        self.list.clear()
        chosen = 1
        for place, takes in self._listed:
            self._add_place(place)
            for take in takes:
                if take is kept:
                    chosen = self.list.count()
                self._add(take)
        self.list.setCurrentRow(chosen if self._listed else -1)
        self._show_current()

    def _add_place(self, place: int) -> None:
        words = " ".join(self._words_before(place).split())
        item = QListWidgetItem(f"…{words}" if words else self.tr("The beginning of the text"), self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setToolTip(item.text())

    def _add(self, take: Take) -> None:
        item = QListWidgetItem(self.list)
        item.setData(TAKE, take)
        self._dress(item)

    def _dress(self, item: QListWidgetItem) -> None:
        """Show what is written of a take by now, in bold where it stands on the page."""
        take: Take | None = item.data(TAKE)
        if take is None:
            return
        beginning, is_shown = take.text[:BEGINNING], take in self._shown
        look = len(beginning), is_shown
        if self._looks.get(take) == look:
            return
        self._looks[take] = look
        words = f"{time(self._history.round_of(take).when)}  {' '.join(beginning.split())}"
        font = item.font()
        font.setBold(is_shown)
        item.setFont(font)
        item.setText(words)
        spoken = self.tr("{take}, on the page").format(take=words) if is_shown else words
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _build(self) -> None:
        self.preview.setReadOnly(True)
        self.preview.setFrameShape(QFrame.Shape.NoFrame)
        self.preview.setAccessibleName(self.tr("The whole take"))
        self.preview.setPlaceholderText(
            self.tr("What Continue writes is kept here until Inkling is closed, whatever becomes of it.")
        )
        self.preview.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.preview.setTabChangesFocus(True)
        self.preview.document().setDocumentMargin(8)
        self.bring_back_button.setToolTip(self.tr("Put this take into the text (Return)"))
        self.show_place_button.setToolTip(self.tr("Go to where this take belongs"))
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(self.preview)
        halves.setSizes([300, 200])
        buttons = QHBoxLayout()
        buttons.setContentsMargins(4, 0, 4, 4)
        buttons.addWidget(self.bring_back_button)
        buttons.addWidget(self.show_place_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.addWidget(halves, 1)
        column.addLayout(buttons)
        self.setFocusProxy(self.list)


class TakeList(QListWidget):
    """A list whose lines are cut to its width; Return and a double click choose one."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side")  # for the theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(self.tr("Takes"))
        self.doubleClicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)
