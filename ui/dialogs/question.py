"""A question that the writer has to answer before something goes on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

Role = QMessageBox.ButtonRole


@dataclass(frozen=True)
class Answer:
    """One button: what it says, what kind of answer it is, and what it does."""

    label: str
    role: Role
    run: Callable[[], object] | None = None


class Question(QObject):
    """Asks in a sheet on the window; the event loop runs on and nothing waits.

    Args:
        window: the window that the sheet belongs to.
        text: the question.
        detail: what hangs on it.
        answers: the buttons; the first is the default, and Esc means the one whose role is to reject.
    """

    def __init__(self, window: QWidget, text: str, detail: str, answers: Sequence[Answer]) -> None:
        super().__init__(window)
        self._answers: dict[QAbstractButton, Answer] = {}
        self._box = QMessageBox(window)
        self._box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._box.setTextFormat(Qt.TextFormat.PlainText)
        self._box.setText(text)
        self._box.setInformativeText(detail)
        for answer in answers:
            button = self._box.addButton(answer.label, answer.role)
            self._answers[button] = answer
            if answer is answers[0]:
                self._box.setDefaultButton(button)
            if answer.role is Role.RejectRole:
                self._box.setEscapeButton(button)
        self._box.finished.connect(self._on_finished)

    def ask(self) -> None:
        """Show the question."""
        self._box.open()

    @Slot(int)
    def _on_finished(self, _result: int) -> None:
        answer = self._answers.get(self._box.clickedButton())
        self.deleteLater()
        if answer is not None and answer.run is not None:
            answer.run()
