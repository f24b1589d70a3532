"""Texts that were not saved when Inkling ended the last time: offered one by one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.document.left_behind import LeftBehind
from app.document.statistics import count_words
from ui.dialogs.comparing_dialog import ComparingDialog
from ui.dialogs.comparison_view import Surroundings, Titled
from ui.dialogs.latest import Latest
from ui.dialogs.moments import day_and_time
from ui.dialogs.question import Answer, Question
from ui.dialogs.question import Role as AnswerRole

Role = QDialogButtonBox.ButtonRole
VALUE = Qt.ItemDataRole.UserRole


class LeftBehindWindow(ComparingDialog):
    """Lists the texts, with what differs from their files; what is not answered is offered again.

    Args:
        texts: that were left behind.
        unreadable: where the journals are of which nothing can be read.
        surroundings: what the comparison needs.
        parent: the window of the page.
    """

    bring_back = Signal(object)  # LeftBehind; `take_out` says that it has been brought back
    discarded = Signal(object)  # LeftBehind; `take_out` says that it is gone

    def __init__(
        self,
        texts: Sequence[LeftBehind],
        unreadable: Sequence[Path],
        surroundings: Surroundings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("left_behind", surroundings, parent)
        self._counting = Latest(surroundings.background)
        self._list = QListWidget()
        self._damaged = QLabel(self.tr("The end of it is damaged; this is what can be read."))
        self._bring_back = QPushButton(self.tr("Bring Back"))
        self._discard = QPushButton(self.tr("Discard…"))
        self._build(texts, unreadable)
        self._list.currentItemChanged.connect(self._show)
        self._bring_back.clicked.connect(self._on_bring_back)
        self._discard.clicked.connect(self._ask_to_discard)
        self._list.setCurrentRow(0)
        self._list.setFocus()
        self._counting.run(lambda: [_count(text) for text in texts], self._show_counts, _fail)

    def take_out(self, text: LeftBehind) -> None:
        """Take a text off the list because it has been dealt with; behind the last one the window closes."""
        for row in range(self._list.count()):
            if self._list.item(row).data(VALUE) is text:
                self._list.takeItem(row)
                break
        if not self._list.count():
            self.accept()

    def done(self, result: int) -> None:  # noqa: D102
        self._counting.forget()
        super().done(result)

    @Slot(QListWidgetItem)
    def _show(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            text = self._chosen()
            self._damaged.setVisible(text.is_damaged)
            self.view.compare(
                Titled(self.tr("Saved"), text.base.text), Titled(self.tr("Not saved"), text.manuscript.text)
            )

    @Slot()
    def _on_bring_back(self) -> None:
        self.bring_back.emit(self._chosen())

    @Slot()
    def _ask_to_discard(self) -> None:
        text = self._chosen()
        Question(
            self,
            self.tr("Discard what was not saved of “{name}”?").format(name=self._name_of(text)),
            self.tr("It is gone for good then."),
            (
                Answer(self.tr("Keep"), AnswerRole.RejectRole),
                Answer(self.tr("Discard"), AnswerRole.DestructiveRole, lambda: self.discarded.emit(text)),
            ),
        ).ask()

    def _show_counts(self, counts: Sequence[tuple[LeftBehind, int]]) -> None:
        """Add to each text that is still listed how many words it has."""
        for text, count in counts:
            words = self.tr("1 word") if count == 1 else self.tr("%Ln words", "", count)
            for item in map(self._list.item, range(self._list.count())):
                if item.data(VALUE) is text:
                    item.setText(f"{item.text()} · {words}")

    def _chosen(self) -> LeftBehind:
        """Return the text that is chosen; one is for as long as there is any."""
        text: LeftBehind = self._list.currentItem().data(VALUE)
        return text

    def _name_of(self, text: LeftBehind) -> str:
        return text.about.path.name if text.about.path is not None else self.tr("Untitled")

    def _add(self, text: LeftBehind) -> None:
        """List a text: its name, where it is, and when it was changed."""
        path = text.about.path
        when = day_and_time(text.changed_at, datetime.now(UTC))
        lines = [self._name_of(text), str(path.parent) if path is not None else "", when]
        lines += [self.tr("With notes")] if text.notes and path is None else []
        item = QListWidgetItem("\n".join(line for line in lines if line))
        item.setData(VALUE, text)
        item.setToolTip(str(path or ""))
        self._list.addItem(item)

    def _build(self, texts: Sequence[LeftBehind], unreadable: Sequence[Path]) -> None:
        self.setWindowTitle(self.tr("Left Behind"))
        words = [
            self.tr("Inkling ended before this text was saved.")
            if len(texts) == 1
            else self.tr("Inkling ended before these texts were saved.")
        ]
        words += [
            self.tr("One more cannot be read. What there is of it lies in {file}.").format(file=journal)
            for journal in unreadable
        ]
        self._list.setObjectName("side")  # for the theme
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setAccessibleName(self.tr("Texts"))
        for text in texts:
            self._add(text)
        self._damaged.setWordWrap(True)
        self._damaged.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        later = QPushButton(self.tr("Later"))
        buttons = QDialogButtonBox()
        buttons.addButton(self._discard, Role.DestructiveRole)
        buttons.addButton(self._bring_back, Role.AcceptRole)
        buttons.addButton(later, Role.RejectRole)
        self.assemble(QLabel("\n".join(words)), self._list, (self._damaged,), buttons)
        self._bring_back.setDefault(True)  # a dialog knows only its own buttons


def _count(text: LeftBehind) -> tuple[LeftBehind, int]:
    return text, sum(map(count_words, text.manuscript.text.split("\n")))


def _fail(error: BaseException) -> None:
    raise error
