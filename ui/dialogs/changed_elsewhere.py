"""A file that another program changed while its text stands on the page, changed too."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPushButton, QWidget

from ui.dialogs.comparing_dialog import ComparingDialog
from ui.dialogs.comparison_view import Surroundings, Titled

Role = QDialogButtonBox.ButtonRole


class ChangedElsewhereWindow(ComparingDialog):
    """Shows the page beside the file and asks which is to stay; closing it decides nothing.

    Args:
        name: of the file.
        page: the text on the page.
        file: the text in the file.
        surroundings: what the comparison needs.
        parent: the window of the page.
    """

    keep_mine = Signal()
    take_theirs = Signal()
    save_as = Signal()

    def __init__(
        self, name: str, page: str, file: str, surroundings: Surroundings, parent: QWidget | None = None
    ) -> None:
        super().__init__("changed_elsewhere", surroundings, parent, rivals=True)
        self._build(name)
        self.show_texts(page, file)

    def show_texts(self, page: str, file: str) -> None:
        """Compare these; to be called again when one of them has changed."""
        self.view.compare(Titled(self.tr("On this page"), page), Titled(self.tr("In the file"), file))

    def _build(self, name: str) -> None:
        self.setWindowTitle(self.tr("Changed by Another Program"))
        words = QLabel(
            self.tr(
                "“{name}” was changed by another program. Whichever you choose, the other one is kept among "
                "the versions."
            ).format(name=name)
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        keep = self._answer(self.tr("Keep Mine"), self.keep_mine)
        keep.setToolTip(self.tr("Your text is written to the file in place of the other one"))
        take = self._answer(self.tr("Take the File’s"), self.take_theirs)
        take.setToolTip(self.tr("The file’s text comes to the page; undo brings yours back"))
        save_as = self._answer(self.tr("Save As…"), self.save_as)
        save_as.setToolTip(self.tr("Your text goes to a file of its own"))
        buttons.addButton(keep, Role.AcceptRole)
        buttons.addButton(take, Role.AcceptRole)
        buttons.addButton(save_as, Role.ActionRole)
        self.assemble(words, None, (), buttons)
        keep.setDefault(True)
        self.view.focus_text()

    def _answer(self, label: str, answer: SignalInstance) -> QPushButton:
        button = QPushButton(label)
        button.clicked.connect(answer)
        button.clicked.connect(self.accept)
        return button
