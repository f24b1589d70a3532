"""A small list of words beside a word."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListWidget, QListWidgetItem

from ui.editor.page import Page
from ui.theme import Theme

GAP = 4  # pixels between the word and the list
PADDING = 10
EDGE = 4  # pixels from the list's side to its rows' padding: its border and the style's own margin
ROW_PADDING = 6
NARROWEST = 120
STYLE_SHEET = """
QListWidget {{ background: {surface}; border: 1px solid {mark}; padding: 4px 0; outline: none; }}
QListWidget::item {{ padding: {row}px {side}px; color: {ink}; }}
QListWidget::item:selected {{ background: {selection}; color: {ink}; }}
QListWidget::item:disabled {{ color: {muted}; }}
"""


class WordPopup(QListWidget):
    """Offers words for a place in the page: mouse, arrow keys, Return, digits 1 to 8; Esc closes.

    Any other key closes it and goes to the page.
    """

    chosen = Signal(str)

    def __init__(self, page: Page, theme: Theme) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(self.tr("Other words"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.itemEntered.connect(self.setCurrentItem)
        self.itemClicked.connect(self._choose)
        theme.changed.connect(self._dress)
        self._dress()

    def offer(self, words: list[str], beside: QRect) -> None:
        """Open with `words`, best first.

        Args:
            words: the words; none shows a kind line in their place.
            beside: where the word stands, in the viewport of the page.
        """
        self.clear()
        self.setFont(self._page.font())
        for word in words:
            self.addItem(word)
        if words:
            self.setCurrentRow(0)
        else:
            note = QListWidgetItem(self.tr("No other words come to mind here."))
            note.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(note)
        self._place(beside)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def words(self) -> list[str]:
        """Return the words that are offered."""
        items = [self.item(row) for row in range(self.count())]
        return [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsEnabled]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        key = event.key()
        digit = key - Qt.Key.Key_1
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentItem())
        elif 0 <= digit < self.count() and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self._choose(self.item(digit))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.words():
            step = 1 if key == Qt.Key.Key_Down else -1
            self.setCurrentRow((self.currentRow() + step) % self.count())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        elif event.text() or key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.hide()
            QApplication.sendEvent(self._page, event)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        if not self.rect().contains(event.position().toPoint()):
            self.hide()
        else:
            super().mousePressEvent(event)

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

    def _place(self, beside: QRect) -> None:
        """Size the list to its words and open it below the word, or above where there is no room."""
        metrics = QFontMetrics(self.font())
        texts = [self.item(row).text() for row in range(self.count())]
        width = max(NARROWEST, max(map(metrics.horizontalAdvance, texts)) + 2 * (PADDING + EDGE))
        height = sum(self.sizeHintForRow(row) for row in range(self.count())) + 10
        word = QRect(self._page.viewport().mapToGlobal(beside.topLeft()), beside.size())
        self.setGeometry(_beside(word, QSize(width, height), self._page.screen().availableGeometry()))


def _beside(word: QRect, size: QSize, screen: QRect) -> QRect:
    """Return where a list of `size` opens: below the word, above it, or to its side, but never over it."""
    place = QRect(word.bottomLeft() + QPoint(-PADDING - EDGE, GAP), size)
    if place.bottom() > screen.bottom():
        place.moveBottom(word.top() - GAP)
    if place.top() < screen.top():
        place.moveTopLeft(QPoint(word.right() + GAP, max(screen.top(), screen.bottom() - size.height())))
        if place.right() > screen.right():
            place.moveRight(word.left() - GAP)
    place.moveLeft(max(screen.left(), min(place.left(), screen.right() - size.width())))
    return place


class DoubleClicks(QObject):
    """Tells of double clicks on the page, once Qt has selected the word."""

    happened = Signal()

    def __init__(self, page: Page, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._armed = False
        page.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonDblClick:
                self._armed = event.button() == Qt.MouseButton.LeftButton
            elif event.type() == QEvent.Type.MouseButtonRelease and self._armed:
                self._armed = False
                self.happened.emit()
        return False
