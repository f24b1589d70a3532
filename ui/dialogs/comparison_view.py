"""Two texts side by side, with what differs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QFont, QKeySequence, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from app.document.comparison import compare
from ui.announcements import announce
from ui.background_queue import BackgroundQueue
from ui.dialogs.comparison_document import BAR, INDENT, MARGIN, ComparisonDocument, Look
from ui.dialogs.comparison_text import ComparisonText
from ui.dialogs.folding import Fold, Folding
from ui.dialogs.latest import Latest
from ui.icons import Icons
from ui.panels.elided import ElidedLabel
from ui.theme import Theme

ICON = QSize(16, 16)
PATIENCE_MS = 1_000  # before the view says that it is busy


@dataclass(frozen=True)
class Surroundings:
    """What a window that compares texts needs beside them.

    background: runs what takes long; not the thread that writes the journal, which would have to wait.
    prose: returns the font of the page.
    store: remembers the sizes of windows.
    """

    background: BackgroundQueue
    theme: Theme
    icons: Icons
    prose: Callable[[], QFont]
    store: QSettings


@dataclass(frozen=True)
class Titled:
    """A text and what the view calls it."""

    title: str
    text: str = field(repr=False)


class ComparisonView(QWidget):
    """Compares two texts and shows what differs, with a little around it; the rest is folded.

    Args:
        surroundings: what it needs beside the texts.
        rivals: whether neither text is older than the other, so that nothing counts as removed.
        parent: the window.
    """

    def __init__(
        self, surroundings: Surroundings, *, rivals: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rivals = rivals
        self._theme = surroundings.theme
        self._icons = surroundings.icons
        self._prose = surroundings.prose
        self._latest = Latest(surroundings.background)
        self._folding = Folding(())
        self._current: int | None = None  # which difference was gone to
        self._titles = ElidedLabel(), ElidedLabel()
        self._count = QLabel()
        self._previous = self._action(self.tr("Previous difference"), "Shift+F8", "Alt+Up")
        self._next = self._action(self.tr("Next difference"), "F8", "Alt+Down")
        self._text = ComparisonText(self._theme)
        self._message = QLabel()
        self._busy = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._build()
        self._dress()
        self._show_state()
        self._previous.triggered.connect(lambda: self._step(-1))
        self._next.triggered.connect(lambda: self._step(1))
        self._text.unfolded.connect(self._unfold)
        self._busy.timeout.connect(self._say_busy)
        self._theme.changed.connect(self._dress)

    def compare(self, old: Titled, new: Titled) -> None:
        """Show what differs once it is known; until then what was shown before."""
        self.wait()
        self._latest.run(
            lambda: Folding(compare(old.text, new.text)),
            lambda folding: self._show(folding, old.title, new.title),
            self._fail,
        )

    def wait(self) -> None:
        """Say that it takes a while, unless something is there to be shown soon."""
        self.forget()
        self._busy.start()

    def say(self, message: str) -> None:
        """Show a sentence in place of texts."""
        self.forget()
        self._folding = Folding(())
        for title in self._titles:
            title.show_text("")
        self._show_state()
        self._show_message(message)

    def focus_text(self) -> None:
        """Let the keys scroll and select."""
        self._text.setFocus()

    def forget(self) -> None:
        """Wait no longer for what is compared now."""
        self._busy.stop()
        self._latest.forget()

    @Slot(object)
    def _unfold(self, fold: Fold) -> None:
        scrolled = self._text.verticalScrollBar().value() if fold.is_unchanged else 0
        row = self._folding.unfold(fold)
        self._show_pieces()
        self._text.put_caret(row, scrolled)

    @Slot()
    def _dress(self) -> None:
        self._previous.setIcon(self._icons.icon("chevron-up"))
        self._next.setIcon(self._icons.icon("chevron-down"))
        palette = self._theme.page_palette()
        for widget in (self._text, self._text.viewport()):
            widget.setPalette(palette)
        self._show_pieces()

    @Slot()
    def _say_busy(self) -> None:
        self._show_message(self.tr("Comparing…"))

    def _show(self, folding: Folding, old_title: str, new_title: str) -> None:
        self._busy.stop()
        self._folding = folding
        self._current = None
        for label, title in zip(self._titles, (old_title, new_title), strict=True):
            label.show_text(title)
        if folding.differences:
            self._show_pieces()
            self._pages.setCurrentWidget(self._text)
            self._text.open_at(folding.differences[0])
        else:
            self._show_message(self.tr("Both are the same."))
        self._show_state()

    def _fail(self, error: BaseException) -> None:
        self.say(self.tr("These texts could not be compared."))
        raise error

    def _step(self, step: int) -> None:
        """Go to the difference behind the current one, or to the one in front of it."""
        places = self._folding.differences
        self._current = 0 if self._current is None else self._current + step
        if self._folding.turn_to(places[self._current].start):
            self._show_pieces()
        self._text.go_to(places[self._current])
        self._show_state()
        announce(self._text, self._count.text())

    def _show_pieces(self) -> None:
        look = Look(self._theme.colours, self._prose(), self.font(), self._rivals)
        folding = self._folding
        self._text.show_content(
            folding.rows, ComparisonDocument(folding.rows, folding.pieces(), look, self._text)
        )

    def _show_state(self) -> None:
        total, locale = len(self._folding.differences), self.locale()
        if not total:
            words = ""
        elif self._current is not None:
            words = self.tr("Difference {number} of {total}").format(
                number=locale.toString(self._current + 1), total=locale.toString(total)
            )
        else:
            words = self.tr("1 difference") if total == 1 else self.tr("%Ln differences", "", total)
        self._count.setText(words)
        self._previous.setEnabled(bool(self._current))
        self._next.setEnabled(total > 0 and self._current != total - 1)

    def _show_message(self, message: str) -> None:
        self._message.setText(message)
        self._pages.setCurrentWidget(self._message)

    def _action(self, words: str, *keys: str) -> QAction:
        action = QAction(words, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setToolTip(f"{words} ({keys[0]})")
        self.addAction(action)
        return action

    def _build(self) -> None:
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setContentsMargins(40, 0, 40, 0)
        for label in (self._message, self._count):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        titles = QHBoxLayout()
        bar = self._text.verticalScrollBar().sizeHint().width()
        titles.setContentsMargins(MARGIN, 4, MARGIN + bar, 4)
        titles.setSpacing(0)
        halves = QHBoxLayout(), QHBoxLayout()
        for half, title in zip(halves, self._titles, strict=True):
            font = title.font()
            font.setBold(True)
            title.setFont(font)
            half.setContentsMargins(BAR + INDENT, 0, 0, 0)  # each stands where its text begins
            half.setSpacing(4)
            half.addWidget(title, 1)
            titles.addLayout(half, 1)
        halves[1].addWidget(self._count)
        for action in (self._previous, self._next):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(ICON)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.text())
            halves[1].addWidget(button)
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(titles)
        column.addWidget(pages, 1)
