"""The thin line below the page: which model, what it does, how many words."""

from PySide6.QtCore import QLocale, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.panels.elided import ElidedButton, ElidedLabel
from ui.theme import Theme

BUTTON_STYLE = """
QPushButton {{ border: 1px solid transparent; border-radius: 3px; padding: 0 4px;
    text-align: left; color: {muted}; }}
QPushButton:hover {{ color: {ink}; }}
QPushButton:focus {{ color: {ink}; border-color: {mark}; }}
"""
PROGRESS_HEIGHT = 2
MOST_WORDS = 8_888_888  # the count that the line keeps room for
UNKNOWN_SHARE = 0.25  # how much of the line shows that something runs when nobody knows how far


class StatusLine(QWidget):
    """Shows the state of the models and the size of the text; its parts keep their places."""

    models_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._progress = ProgressLine(theme)
        self._model = ElidedButton()
        self._state = ElidedLabel()
        self._words = QLabel()
        self._build()
        self._dress()
        self.show_words(0, 0)
        theme.changed.connect(self._dress)
        self._model.clicked.connect(self.models_clicked)

    def show_model(self, text: str) -> None:
        """Name the model and the device that it runs on."""
        self._model.show_text(text)

    @Slot(str)
    def show_state(self, text: str) -> None:
        """Say what the models do now; an empty text means nothing."""
        self._state.show_text(text)

    def show_progress(self, fraction: float | None) -> None:
        """Draw how far something got: 0 to 1, below 0 for unknown, `None` when nothing runs."""
        self._progress.show_fraction(fraction)

    def show_words(self, count: int, selected: int = 0) -> None:
        """Show how many words the text has and, where there is a selection, how many of them are in it."""
        if selected:
            text = self._some_words(selected, count)
        else:
            text = self.tr("1 word") if count == 1 else self.tr("%Ln words", "", count)
        self._words.setText(text)

    @Slot()
    def _dress(self) -> None:
        self._model.setStyleSheet(BUTTON_STYLE.format_map(vars(self._theme.colours)))

    def _build(self) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.92)
        self.setFont(font)
        self._model.setToolTip(self.tr("Choose the models"))
        self._model.setAccessibleDescription(self.tr("Opens the models in Preferences"))
        self._state.setAccessibleName(self.tr("State"))
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self._state, self._words):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setAccessibleName(self.tr("Word count"))
        room = QFontMetrics(font).horizontalAdvance(self._some_words(MOST_WORDS, MOST_WORDS))
        self._words.setMinimumWidth(room)
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 12, 4)
        row.setSpacing(12)
        row.addWidget(self._model, 1)
        row.addWidget(self._state, 1)
        row.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addLayout(row)

    def _some_words(self, selected: int, count: int) -> str:
        locale = QLocale()
        return self.tr("{selected} of {count} words").format(
            selected=locale.toString(selected), count=locale.toString(count)
        )


class ProgressLine(QWidget):
    """A line two pixels high that fills from the side where reading starts, in the models' colour."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fraction: float | None = None
        self.setFixedHeight(PROGRESS_HEIGHT)
        theme.changed.connect(self.update)

    def show_fraction(self, fraction: float | None) -> None:
        """Draw `fraction` of the line; see `StatusLine.show_progress`."""
        self._fraction = None if fraction is None else min(fraction, 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        if self._fraction is None:
            return
        width = self.width() * (UNKNOWN_SHARE if self._fraction < 0 else self._fraction)
        if self._fraction < 0:
            left = (self.width() - width) / 2
        else:
            left = self.width() - width if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        with QPainter(self) as painter:
            painter.fillRect(QRectF(left, 0, width, self.height()), QColor(self._theme.colours.accent))
