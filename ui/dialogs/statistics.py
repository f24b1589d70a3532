"""Statistics: how long the text is, and who wrote how much of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtGui import QHideEvent, QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel, QLayout, QVBoxLayout, QWidget

from app.document.atomic_file import replace_file
from app.document.manuscript import Manuscript
from app.document.provenance_report import as_json, as_markdown
from app.errors import InklingError
from ui.dialogs.statistics_table import StatisticsTable
from ui.editor.page import Page
from ui.editor.text_statistics import TextStatistics
from ui.notifications import Notifications
from ui.theme import Theme

Report = Callable[[Manuscript, str, datetime], str]
Run = Callable[[Callable[[], None], Callable[[None], object], Callable[[BaseException], object]], object]


class Statistics(QDialog):
    """Counts the text, and the selection where there is one; exports who wrote what.

    Args:
        page: what is counted.
        theme: colours the patches beside the sources.
        take: returns what stands on the page.
        path: returns the file of the document, if it has one.
        run: does work on another thread, and then one thing or the other on this one: done or failed.
        notifications: hears how an export went.
        parent: the window.
    """

    def __init__(
        self,
        page: Page,
        theme: Theme,
        take: Callable[[], Manuscript],
        path: Callable[[], Path | None],
        run: Run,
        notifications: Notifications,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._theme = theme
        self._take = take
        self._path = path
        self._run = run
        self._notifications = notifications
        self._statistics: TextStatistics | None = None  # as long as the window is open
        self._table = QWidget()
        self._column = QVBoxLayout(self)
        self._build()

    @Slot()
    def count_and_show(self) -> None:
        """Open the window; in a long text the figures follow."""
        if self._statistics is None:
            self._statistics = TextStatistics(self._page, self)
            self._statistics.completed.connect(self._refresh)
        self._refresh()
        self.open()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102
        super().hideEvent(event)
        if self._statistics is not None and not event.spontaneous():
            self._statistics.deleteLater()
            self._statistics = None

    @Slot()
    def _refresh(self) -> None:
        if self._statistics is None:
            return
        selection = self._page.textCursor()
        text = selected = None
        if self._statistics.is_complete:
            text, selected = self._statistics.whole(), self._statistics.within(selection)
        table = StatisticsTable(text, selected, selection.hasSelection(), self._theme)
        self._column.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table

    def _export(self, suffix: str, report: Report) -> None:
        """Ask for a file, and write the report of what stands on the page by then."""
        path = self._path()
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, self.tr("Export"), str(path.parent) if path is not None else documents)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(f"*.{suffix}")
        dialog.setDefaultSuffix(suffix)
        stem = path.stem if path is not None else self.tr("Untitled")
        dialog.selectFile(self.tr("{name} - who wrote it").format(name=stem) + f".{suffix}")
        dialog.fileSelected.connect(lambda file: self._write_report(Path(file), report))
        dialog.open()

    def _write_report(self, file: Path, report: Report) -> None:
        manuscript, path, now = self._take(), self._path(), datetime.now(UTC)
        name = path.name if path is not None else self.tr("Untitled")
        self._run(
            lambda: replace_file(file, report(manuscript, name, now).encode("utf-8", "replace")),
            lambda _nothing: self._notifications.inform(
                self.tr("“{name}” was written.").format(name=file.name)
            ),
            partial(self._report_failure, file),
        )

    def _report_failure(self, file: Path, error: BaseException) -> None:
        if isinstance(error, OSError):
            error = InklingError(
                self.tr("“{name}” could not be written.").format(name=file.name),
                self.tr("Try another folder. Your text is untouched."),
            )
        self._notifications.report(error)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Statistics"))
        rule = QLabel(self.tr("A word counts for whoever wrote its first letter."))
        rule.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        action = QDialogButtonBox.ButtonRole.ActionRole
        note = buttons.addButton(self.tr("Export as a Note…"), action)
        note.clicked.connect(lambda: self._export("md", as_markdown))
        data = buttons.addButton(self.tr("Export as JSON…"), action)
        data.clicked.connect(lambda: self._export("json", as_json))
        buttons.rejected.connect(self.reject)
        self._column.setContentsMargins(20, 18, 20, 14)
        self._column.setSpacing(14)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        for widget in (self._table, rule, buttons):
            self._column.addWidget(widget)
