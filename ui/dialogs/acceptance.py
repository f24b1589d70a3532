"""How much of what the models offered was taken: a chart, a table, and a button that erases it."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.assist.acceptance import Counts, Kind, Tallies, totals
from app.document.provenance_report import percent
from ui.dialogs.acceptance_chart import DAYS, AcceptanceChart
from ui.dialogs.moments import day_of
from ui.dialogs.question import Answer, Question, Role
from ui.theme import Theme

ROWS_SEEN = 6
# Qt sets the text of a cell 3 px further in than its padding, that of a heading not.
STYLE = """
QTableView {{ background: transparent; }}
QTableView::item {{ padding: 0 5px; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {muted}; border: none; padding: 4px 8px;
    border-bottom: 1px solid {rule}; }}
"""


class Acceptance(QDialog):
    """Shows what became of the suggestions, the last thirty days as a chart and all of them in a table."""

    erase_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tallies: Tallies = {}
        self._summary = QLabel()
        self._chart = AcceptanceChart(theme, describe)
        self._grouping = QComboBox()
        self._table = QTableWidget()
        self._note = QLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._erase = self._buttons.addButton(self.tr("Erase…"), QDialogButtonBox.ButtonRole.ResetRole)
        self._erase.setAutoDefault(False)
        self._buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        self._build()
        self._grouping.currentIndexChanged.connect(self._fill_table)
        self._erase.clicked.connect(self._ask)
        self._buttons.rejected.connect(self.reject)
        theme.changed.connect(self._dress)
        self._dress()

    @Slot(object)
    def show_tallies(self, tallies: Tallies) -> None:
        """Open the window, or show in it how things stand now."""
        self._tallies = tallies
        today = date.today()
        days = totals(tallies, lambda at: at.day)
        lately = sum((c for d, c in days.items() if d > today - timedelta(days=DAYS)), Counts())
        self._chart.show_days(days, today)
        self._summary.setText(
            self.tr("The last 30 days: {counts}.").format(counts=describe(lately))
            if tallies
            else self.tr("Nothing has been counted yet.")
        )
        self._erase.setEnabled(bool(tallies))
        self._note.setText(
            self.tr("Counted on this machine only, and never which words. Preferences can switch it off.")
        )
        self._fill_table()
        self._open()

    @Slot()
    def show_failure(self) -> None:
        """Say that the counts could not be read or erased."""
        self._summary.setText(self.tr("The counts could not be reached. Try again later."))
        self._open()

    @Slot()
    def _ask(self) -> None:
        """Erase after a question; Return and Esc keep everything."""
        Question(
            self,
            self.tr("Erase all counts?"),
            self.tr("They cannot be brought back. Your texts are not touched."),
            [
                Answer(self.tr("Keep"), Role.RejectRole),
                Answer(self.tr("Erase"), Role.DestructiveRole, self.erase_wanted.emit),
            ],
        ).ask()

    @Slot()
    def _fill_table(self) -> None:
        first, rows = self._by_day() if self._grouping.currentIndex() else self._by_model()
        titles = [*first, *map(self.tr, ("Shown", "Taken", "Share", "Words", "Keystrokes saved"))]
        self._table.clear()
        self._table.setColumnCount(len(titles))
        self._table.setRowCount(len(rows))
        for row, (names, counts) in enumerate(rows):
            figures = (counts.shown, counts.taken, None, counts.words, counts.saved)
            cells = [*names, *(share(counts) if f is None else QLocale().toString(f) for f in figures)]
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column >= len(first):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{titles[column]}: {text}")
                self._table.setItem(row, column, item)
        for column in range(len(titles)):
            side = Qt.AlignmentFlag.AlignLeft if column < len(first) else Qt.AlignmentFlag.AlignRight
            head = QTableWidgetItem(titles[column])
            head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self._table.setHorizontalHeaderItem(column, head)
        self._table.resizeColumnsToContents()
        self._table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    @Slot()
    def _dress(self) -> None:
        self._table.setStyleSheet(STYLE.format_map(vars(self._theme.colours)))

    def _open(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

    def _by_model(self) -> tuple[list[str], Sequence[tuple[list[str], Counts]]]:
        groups = totals(self._tallies, lambda at: (at.model, at.kind))
        order = list(Kind)
        rows = sorted(groups.items(), key=lambda row: (row[0][0].casefold(), order.index(row[0][1])))
        return [self.tr("Model"), self.tr("What")], [
            ([model or self.tr("Unknown"), title_of(kind)], counts) for (model, kind), counts in rows
        ]

    def _by_day(self) -> tuple[list[str], Sequence[tuple[list[str], Counts]]]:
        groups = totals(self._tallies, lambda at: at.day)
        today = date.today()
        return [self.tr("Day")], [
            ([day_of(day, today)], counts) for day, counts in sorted(groups.items(), reverse=True)
        ]

    def _build(self) -> None:
        self.setWindowTitle(self.tr("How Much Was Taken"))
        self._summary.setWordWrap(True)
        self._note.setWordWrap(True)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        caption = QLabel(self.tr("Words taken each day"))
        caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._grouping.addItems([self.tr("By model"), self.tr("By day")])
        self._grouping.setAccessibleName(self.tr("What the table lists"))
        self._build_table()
        chooser = QHBoxLayout()
        chooser.addWidget(self._grouping)
        chooser.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(12)
        column.addWidget(self._summary)
        column.addWidget(caption)
        column.addWidget(self._chart)
        column.addLayout(chooser)
        column.addWidget(self._table, 1)
        column.addWidget(self._note)
        column.addWidget(self._buttons)
        self.resize(700, 560)

    def _build_table(self) -> None:
        table = self._table
        table.setAccessibleName(self.tr("What was shown and taken"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.setMinimumHeight(ROWS_SEEN * table.verticalHeader().defaultSectionSize())


def title_of(kind: Kind) -> str:
    """Return what a writer calls a kind of offer."""
    titles = {
        Kind.GHOST: QCoreApplication.translate("acceptance", "Ghost text"),
        Kind.CONTINUATION: QCoreApplication.translate("acceptance", "Continue"),
        Kind.WORD: QCoreApplication.translate("acceptance", "Other words"),
    }
    return titles[kind]


def share(counts: Counts) -> str:
    """Return which part was taken."""
    return percent(min(counts.taken, counts.shown), counts.shown) if counts.shown else ""


def describe(counts: Counts) -> str:
    """Return counts in words."""
    figures = {name: QLocale().toString(value) for name, value in vars(counts).items()}
    text = QCoreApplication.translate(
        "acceptance", "{taken} of {shown} suggestions taken, {words} words, {saved} keystrokes saved"
    )
    return text.format(**figures)
