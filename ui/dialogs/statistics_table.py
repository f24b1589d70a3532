"""What was counted, in a table."""

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from app.document.provenance_report import Tally, percent
from app.document.statistics import reading_minutes
from ui.dialogs.source_swatch import SourceSwatch
from ui.editor.source_looks import title_of
from ui.theme import Theme

NOT_YET = "…"
SMALLEST_WIDTH = 380
SWATCH, TITLE, TEXT, SHARE, SELECTION = range(5)  # columns


class StatisticsTable(QWidget):
    """Shows how long a text is, and who wrote how many words of it.

    Args:
        text: what was counted in all of it; None while nobody knows.
        selected: what was counted in the selection; None where there is none, or nobody knows.
        has_selection: whether there is a selection.
        theme: colours the patches beside the sources.
    """

    def __init__(self, text: Tally | None, selected: Tally | None, has_selection: bool, theme: Theme) -> None:
        super().__init__()
        self._has_selection = has_selection
        self._theme = theme
        self.setMinimumWidth(SMALLEST_WIDTH)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(TITLE, 1)
        if has_selection:
            self._add_row("", self.tr("Text"), self.tr("Selection"))
        self._add_figures(text, selected)
        if text is not None and text.sources():
            self._add_line()
            self._add_sources(text, selected)

    def _add_figures(self, text: Tally | None, selected: Tally | None) -> None:
        def minutes(tally: Tally) -> str:
            return self.tr("{n} min").format(n=_number(reading_minutes(tally.words.total())))

        figures: dict[str, Callable[[Tally], str]] = {
            self.tr("Words"): lambda tally: _number(tally.words.total()),
            self.tr("Characters"): lambda tally: _number(tally.characters.total()),
            self.tr("Paragraphs"): lambda tally: _number(tally.paragraphs),
            self.tr("Reading time"): minutes,
        }
        for title, figure in figures.items():
            of_text, of_selection = (NOT_YET if t is None else figure(t) for t in (text, selected))
            self._add_row(title, of_text, of_selection)

    def _add_sources(self, text: Tally, selected: Tally | None) -> None:
        words = text.words.total()
        for source in text.sources():
            count = text.words[source]
            of_selection = _number(selected.words[source]) if selected is not None else NOT_YET
            swatch = SourceSwatch(source.author, self._theme)
            self._add_row(title_of(source), _number(count), of_selection, percent(count, words), swatch)

    def _add_row(
        self, title: str, of_text: str, of_selection: str, share: str = "", swatch: QWidget | None = None
    ) -> None:
        row = self._grid.rowCount()
        label = QLabel(title, textFormat=Qt.TextFormat.PlainText)
        if swatch is not None:
            self._grid.addWidget(swatch, row, SWATCH, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(label, row, TITLE)
        else:
            self._grid.addWidget(label, row, SWATCH, 1, 2)
        columns = {TEXT: of_text, SHARE: share}
        if self._has_selection:
            columns[SELECTION] = of_selection
        for column, content in columns.items():
            if not content:
                continue
            label = QLabel(content)
            label.setAccessibleName(f"{title}: {content}")
            if column == SHARE or not title:
                label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight)

    def _add_line(self) -> None:
        line = QFrame()
        line.setFixedHeight(1)
        line.setAutoFillBackground(True)
        line.setBackgroundRole(QPalette.ColorRole.Mid)
        row = self._grid.rowCount()
        self._grid.addWidget(line, row, SWATCH, 1, self._grid.columnCount())


def _number(number: int) -> str:
    return QLocale().toString(number)
