"""Find and replace below the page."""

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)

from app.document.manuscript import WRITER
from ui.editor.highlights import Highlights
from ui.editor.page import Page
from ui.editor.text_search import Match, TextSearch
from ui.icons import Icons
from ui.panels.icon_button import IconButton
from ui.theme import Theme

LAYER = "find"
MOST_SHOWN = 500  # marks on one screen; a single letter would give thousands
LONGEST_PREFILL = 200


class FindBar(QFrame):
    """Finds as the writer types; every match on the screen is marked, the current one selected."""

    closed = Signal()

    def __init__(
        self,
        page: Page,
        highlights: Highlights,
        theme: Theme,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._highlights = highlights
        self._theme = theme
        self._icons = icons
        self._search = TextSearch(page.document(), self)
        self._waiting_to_go: bool | None = None  # forward or back, once the search got through a long text
        self._note = ""
        self._query = QLineEdit()
        self._replacement = QLineEdit()
        self._count = QLabel()
        self._previous = self._tool("chevron-up", self.tr("Previous match (Shift+F3)"))
        self._next = self._tool("chevron-down", self.tr("Next match (F3)"))
        self._case = self._tool("case-sensitive", self.tr("Match case"), checkable=True)
        self._words = self._tool("whole-word", self.tr("Whole words"), checkable=True)
        self._close = self._tool("x", self.tr("Close (Esc)"))
        self._replace_one = QPushButton(self.tr("Replace"))
        self._replace_every = QPushButton(self.tr("Replace all"))
        self._build()
        self._connect()
        self._dress()
        self.hide()

    @Slot()
    def open_find(self) -> None:
        """Show the bar; a selection becomes the query."""
        self._open(replacing=False)

    @Slot()
    def open_replace(self) -> None:
        """Show the bar with the line for the replacement."""
        self._open(replacing=True)

    @Slot()
    def close_bar(self) -> None:
        """Hide the bar, unmark the matches and go back to the page."""
        self.hide()
        self._tint_selection()
        self._highlights.clear(LAYER)
        self._search.look_for("")
        self._page.setFocus()
        self.closed.emit()

    @Slot()
    def find_next(self) -> None:
        """Select the next match, from the start again after the last one."""
        self._go(forward=True)

    @Slot()
    def find_previous(self) -> None:
        """Select the previous match, from the end again after the first one."""
        self._go(forward=False)

    @Slot()
    def replace(self) -> None:
        """Replace the selected match and select the next one."""
        cursor = self._page.textCursor()
        self._search.hurry()
        if self._search.ordinal(_selection(cursor)):
            cursor.insertText(self._replacement.text(), self._page.sources.format_of(WRITER))
        self.find_next()

    @Slot()
    def replace_all(self) -> None:
        """Replace every match; one undo takes all of them back."""
        written_by_hand = self._page.sources.format_of(WRITER)
        replaced = self._search.replace_all(self._replacement.text(), written_by_hand)
        self._search.hurry()
        self._show_note(self.tr("%Ln replaced", "", replaced))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._query.hasFocus():
            self._go(forward=not back)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._replacement.hasFocus():
            self.replace()
        elif event.matches(QKeySequence.StandardKey.FindNext):
            self.find_next()
        elif event.matches(QKeySequence.StandardKey.FindPrevious):
            self.find_previous()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._mark_matches()
        return super().eventFilter(watched, event)

    @Slot()
    def _on_query_changed(self) -> None:
        self._note = ""
        self._search.look_for(self._query.text(), self._case.isChecked(), self._words.isChecked())
        start = self._page.textCursor().selectionStart()
        if self._search.is_complete and (match := self._search.after(start) or self._search.after(0)):
            self._select(match)
        self._refresh()

    @Slot()
    def _on_search_completed(self) -> None:
        if self._waiting_to_go is not None:
            forward, self._waiting_to_go = self._waiting_to_go, None
            self._go(forward)
        elif self.isVisible():
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Show which match is selected and mark those on the screen."""
        self._mark_matches()
        if not self._query.text():
            self._show_note("")
            return
        total = self._search.count()
        current = self._search.ordinal(_selection(self._page.textCursor()))
        if not self._search.is_complete:
            words = "…"
        elif total == 0:
            words = self.tr("No matches")
        elif current == 0:
            words = self.tr("1 match") if total == 1 else self.tr("%Ln matches", "", total)
        else:
            words = self.tr("{current} of {total}").format(
                current=self.locale().toString(current), total=self.locale().toString(total)
            )
        self._count.setText(f"{words}{self._note}")

    @Slot()
    def _mark_matches(self) -> None:
        if not self.isVisible():
            return
        form = QTextCharFormat()
        form.setBackground(QColor(self._theme.colours.match))
        form.setForeground(QColor(self._theme.colours.ink))
        viewport = self._page.viewport().rect()
        first = self._page.cursorForPosition(viewport.topLeft()).blockNumber()
        last = self._page.cursorForPosition(viewport.bottomRight()).blockNumber()
        marks = []
        for match in self._search.between(first, last):
            mark = QTextEdit.ExtraSelection()
            mark.format = form
            mark.cursor = self._cursor(match)
            marks.append(mark)
            if len(marks) == MOST_SHOWN:
                break
        self._highlights.show(LAYER, marks)

    @Slot()
    def _dress(self) -> None:
        colours = self._theme.colours
        self.setStyleSheet(
            f"FindBar {{ background: {colours.surface}; border-top: 1px solid {colours.rule}; }}"
        )
        self._tint_selection()
        self._mark_matches()

    def _tint_selection(self) -> None:
        """Let the current match stand out while the page, without the focus, shows it as selected."""
        palette = self._page.palette()
        usual = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
        colour = QColor(self._theme.colours.current_match) if self.isVisible() else usual
        palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight, colour)
        self._page.setPalette(palette)

    def _open(self, *, replacing: bool) -> None:
        for widget in (self._replacement, self._replace_one, self._replace_every):
            widget.setVisible(replacing)
        self.show()
        self._tint_selection()
        selected = self._page.textCursor().selectedText()
        if selected and "\u2029" not in selected and len(selected) <= LONGEST_PREFILL:
            self._query.setText(selected)
        self._query.setFocus()
        self._query.selectAll()
        self._on_query_changed()

    def _go(self, forward: bool) -> None:
        if not self._query.text():
            self._open(replacing=False)
            return
        if not self.isVisible():
            self._search.look_for(self._query.text(), self._case.isChecked(), self._words.isChecked())
        self._search.hurry()
        if not self._search.is_complete:
            self._waiting_to_go = forward
            return
        cursor = self._page.textCursor()
        self._note = ""
        if forward:
            match = self._search.after(cursor.selectionEnd())
            if match is None and (match := self._search.after(0)):
                self._note = self.tr(", from the start")
        else:
            match = self._search.before(cursor.selectionStart())
            if match is None and (match := self._search.before(self._page.document().characterCount() - 1)):
                self._note = self.tr(", from the end")
        if match is not None:
            self._select(match)
        self._refresh()

    def _select(self, match: Match) -> None:
        self._page.setTextCursor(self._cursor(match))

    def _cursor(self, match: Match) -> QTextCursor:
        cursor = QTextCursor(self._page.document())
        cursor.setPosition(match.start)
        cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _show_note(self, words: str) -> None:
        self._count.setText(words)

    def _tool(self, icon: str, words: str, *, checkable: bool = False) -> IconButton:
        return IconButton(icon, words, self._theme, self._icons, self, checkable=checkable)

    def _connect(self) -> None:
        self._query.textChanged.connect(self._on_query_changed)
        self._case.toggled.connect(self._on_query_changed)
        self._words.toggled.connect(self._on_query_changed)
        self._previous.clicked.connect(self.find_previous)
        self._next.clicked.connect(self.find_next)
        self._close.clicked.connect(self.close_bar)
        self._replace_one.clicked.connect(self.replace)
        self._replace_every.clicked.connect(self.replace_all)
        self._search.completed.connect(self._on_search_completed)
        self._page.verticalScrollBar().valueChanged.connect(self._mark_matches)
        self._page.viewport().installEventFilter(self)
        self._theme.changed.connect(self._dress)

    def _build(self) -> None:
        self._query.setPlaceholderText(self.tr("Find"))
        self._query.setAccessibleName(self.tr("Find"))
        self._replacement.setPlaceholderText(self.tr("Replace with"))
        self._replacement.setAccessibleName(self.tr("Replace with"))
        self._count.setMinimumWidth(self.fontMetrics().horizontalAdvance("8,888 of 8,888, from the start"))
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 5, 8, 5)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._query, 0, 0)
        grid.addLayout(_row(self._previous, self._next, self._case, self._words, self._count), 0, 1)
        grid.addWidget(self._close, 0, 2)
        grid.addWidget(self._replacement, 1, 0)
        grid.addLayout(_row(self._replace_one, self._replace_every), 1, 1)
        grid.setColumnStretch(0, 1)
        tools = (self._previous, self._next, self._case, self._words)
        line = (self._query, *tools, self._replacement, self._replace_one, self._replace_every, self._close)
        for before, after in pairwise(line):
            QWidget.setTabOrder(before, after)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row


def _selection(cursor: QTextCursor) -> Match:
    return Match(cursor.selectionStart(), cursor.selectionEnd())
