"""A small list of words beside a word."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCursor, QGuiApplication, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListWidget, QListWidgetItem

from ui.announcements import announce
from ui.editor.page import Page
from ui.editor.popup_placement import popup_place
from ui.theme import Theme

PADDING = 10  # pixels
EDGE = 4  # pixels from the list's side to its rows' padding: its border and the style's own margin
ROW_PADDING = 6
NARROWEST = 120
DIGITS = tuple("0123456789")
COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
STYLE_SHEET = """
QListWidget {{ background: {surface}; border: 1px solid {mark}; padding: 4px 0; outline: none; }}
QListWidget::item {{ padding: {row}px {side}px; color: {ink}; }}
QListWidget::item:selected {{ background: {selection}; color: {ink}; }}
QListWidget::item:disabled {{ color: {muted}; }}
"""


class WordPopup(QListWidget):
    """Offers words for a place in the page: mouse, arrow keys, Return, digits 1 to 8; Esc and Tab close.

    Any other key closes it and goes to the page. The first word is marked from the beginning, so that Return
    takes it; `considered` tells of words that the writer moves to, and only then.
    """

    considered = Signal(str)
    chosen = Signal(str)
    closed = Signal()

    def __init__(self, page: Page, theme: Theme) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self._pointer = QPoint()
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(self.tr("Words that fit"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self._choose)
        theme.changed.connect(self._dress)
        self._dress()

    def offer(self, words: list[str], word: QRect, sentence: QRect, direction: Qt.LayoutDirection) -> None:
        """Open with `words`, best first.

        Args:
            words: the words; none shows a kind line in their place.
            word: where the old word stands, in pixels of the screen.
            sentence: where its sentence stands, as far as it can be seen.
            direction: the direction of the paragraph.
        """
        self.clear()
        self.setFont(self._page.font())
        self.setLayoutDirection(direction)
        self._fill(words)
        if not words:
            note = QListWidgetItem(self.tr("No words come to mind here."))
            note.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(note)
            announce(self._page, note.text())
        self._pointer = QCursor.pos()
        self._place(word, sentence)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        if words:
            self.setCurrentRow(0)

    def words(self) -> list[str]:
        """Return the words that are offered."""
        items = [self.item(row) for row in range(self.count())]
        return [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsEnabled]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        key, text = event.key(), event.text()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentItem())
        elif text in DIGITS and not event.modifiers() & COMMANDS:
            if 1 <= int(text) <= self.count():
                self._choose(self.item(int(text) - 1))
        elif (row := self._row_for(key)) is not None:
            self._consider(row)
        elif text or key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.hide()
            QApplication.sendEvent(self._page, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        pointer = event.globalPosition().toPoint()
        item = self.itemAt(event.position().toPoint())
        if item is not None and pointer != self._pointer:  # it may have opened under a pointer at rest
            self._consider(self.row(item))
        self._pointer = pointer

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.MouseButtonPress:  # beside the list; its viewport gets the others
            self.hide()
            return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102
        super().hideEvent(event)
        self.closed.emit()

    def _fill(self, words: list[str]) -> None:
        for number, text in enumerate(words, 1):
            item = QListWidgetItem(text)
            name = self.tr("{word}, {number} of {count}")
            name = name.format(word=text, number=number, count=len(words))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
            self.addItem(item)

    def _row_for(self, key: int) -> int | None:
        """Return the row that a key goes to; up and down go round."""
        last = self.count() - 1
        rows: dict[int, int] = {
            Qt.Key.Key_Down: (self.currentRow() + 1) % self.count(),
            Qt.Key.Key_Up: (self.currentRow() - 1) % self.count(),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_PageUp: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_PageDown: last,
        }
        return rows.get(key)

    def _consider(self, row: int) -> None:
        item = self.item(row)
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentRow(row)
            self.considered.emit(item.text())

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem | None) -> None:
        self.hide()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.chosen.emit(item.text())

    @Slot()
    def _dress(self) -> None:
        colours = self._theme.colours
        self.setStyleSheet(
            STYLE_SHEET.format_map({**vars(colours), "row": ROW_PADDING // 2, "side": PADDING})
        )

    def _place(self, word: QRect, sentence: QRect) -> None:
        """Size the list to its words and put it beside the sentence."""
        width = max(NARROWEST, self.sizeHintForColumn(0) + 2 * EDGE)
        height = sum(self.sizeHintForRow(row) for row in range(self.count())) + 10
        column = self._page.viewport().rect()
        screen = QGuiApplication.screenAt(word.center()) or self._page.screen()
        free = screen.availableGeometry()
        place = popup_place(
            QSize(width, height).boundedTo(free.size()),
            word,
            sentence,
            column.translated(self._page.viewport().mapToGlobal(column.topLeft())),
            free,
            PADDING + EDGE,
            self.layoutDirection() == Qt.LayoutDirection.RightToLeft,
        )
        self.setGeometry(place)


class DoubleClicks(QObject):
    """Tells of double clicks on the page and where they were, once Qt has selected a word.

    One that goes on as a drag is a selection, and not told of.
    """

    happened = Signal(QPoint)  # in the viewport

    def __init__(self, page: Page, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._point: QPoint | None = None
        page.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QMouseEvent):
            point = event.position().toPoint()
            if event.type() == QEvent.Type.MouseButtonDblClick:
                self._point = point if event.button() == Qt.MouseButton.LeftButton else None
            elif event.type() == QEvent.Type.MouseButtonRelease and self._point is not None:
                started, self._point = self._point, None
                if (point - started).manhattanLength() < QApplication.startDragDistance():
                    self.happened.emit(started)
        return False
