"""The words that a model weighed, in a small list beside the word that stands there."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListWidgetItem

from app.assist.look_inside import Choice
from ui.editor.choice_rows import ChoiceRows, dress
from ui.editor.page import Page
from ui.editor.word_popup import WordPopup
from ui.theme import Theme

MARGIN = 24  # pixels that the pointer may leave word and list by


class ChoicePopup(WordPopup):
    """Offers the words with their probabilities. It closes when the pointer leaves it and its word."""

    def __init__(self, page: Page, theme: Theme) -> None:
        super().__init__(page, theme)
        self._choices: list[Choice] = []
        self._around = QRect()
        self.setAccessibleName(self.tr("Words that the model weighed"))
        self.setItemDelegate(ChoiceRows(theme, self))

    def offer_choices(self, choices: list[Choice], word: QRect, direction: Qt.LayoutDirection) -> None:
        """Open beside `word`, given in pixels of the screen, in a paragraph of some direction."""
        self._choices = choices
        self.offer([choice.text for choice in choices], word, word, direction)
        self._around = self.geometry().united(word).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.modifiers() == Qt.KeyboardModifier.AltModifier:  # still held from opening the list
            key = event.key()
            digit = chr(key) if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 else ""
            event = QKeyEvent(event.type(), key, Qt.KeyboardModifier.NoModifier, digit)
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            if not self._around.contains(event.globalPosition().toPoint()):
                self.hide()
            return True  # beside the list; its viewport gets the others
        return super().event(event)

    def _fill(self, words: list[str]) -> None:
        for word in words:
            self.addItem(QListWidgetItem(word))
        dress(self, self._choices)
