"""Look inside, as a small list: it opens where the pointer rests while Alt is held."""

from PySide6.QtCore import QObject, QPoint, QRect, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QToolTip

from app.assist.look_inside import Choice
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.controllers.rewording import Rewording
from ui.controllers.word_weigher import WordWeigher
from ui.editor.alt_hover import AltHover
from ui.editor.choice_popup import ChoicePopup
from ui.editor.page import Page
from ui.editor.text_areas import area_on_screen, position_at
from ui.editor.words import select_word


class InsideHover(QObject):
    """Asks about the word under the pointer and offers what the model weighed there.

    An offer holds while the word stands where it stood, on the screen and in the text. The caret stays.
    """

    def __init__(
        self,
        page: Page,
        hover: AltHover,
        popup: ChoicePopup,
        weigher: WordWeigher,
        rewording: Rewording,
        models: ModelsController,
        streams: ContinueController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._popup = popup
        self._weigher = weigher
        self._rewording = rewording
        self._models = models
        self._streams = streams
        self._word = QTextCursor(page.document())
        self._text = ""
        self._area = QRect()
        hover.rested.connect(self._ask)
        hover.left.connect(self._give_up)
        weigher.weighed.connect(self._open)
        weigher.failed.connect(self._say)
        weigher.is_slow.connect(self._on_slow)
        popup.chosen.connect(self._put)
        page.document().contentsChanged.connect(self._keep_up)
        page.verticalScrollBar().valueChanged.connect(self._keep_up)
        page.column_moved.connect(self._keep_up)

    @Slot()
    def let_go(self) -> None:
        """Close what is open: the text or the model is about to change."""
        self._weigher.drop()
        self._popup.hide()

    @Slot(QPoint)
    def _ask(self, point: QPoint) -> None:
        position = position_at(self._page, point)
        word = select_word(self._page.text_cursor_at(position))
        if word is None or position >= word.selectionEnd():
            return
        self._word, self._text = word, word.selectedText()
        self._area = area_on_screen(self._page, word)
        if not self._models.is_ready("causal"):
            self._models.explain_absence("causal")
        elif self._streams.is_streaming:
            self._say(self.tr("The model is writing."), self.tr("Look inside when it has stopped."))
        else:
            self._weigher.ask(word)

    @Slot()
    def _give_up(self) -> None:
        if self._weigher.is_asking:
            self._weigher.drop()
            QToolTip.hideText()

    @Slot(object)
    def _open(self, choices: list[Choice]) -> None:
        if self._is_current():
            QToolTip.hideText()
            self._popup.offer_choices(choices, self._area, self._word.block().textDirection())

    @Slot(str)
    def _put(self, text: str) -> None:
        if self._is_current() and text != self._text:
            self._rewording.put(self._word, text)

    @Slot()
    def _keep_up(self) -> None:
        if self._popup.isVisible() and not self._is_current():
            self._popup.hide()

    @Slot()
    def _on_slow(self) -> None:
        self._say(self.tr("Asking the model…"), "")

    @Slot(str, str)
    def _say(self, message: str, hint: str) -> None:
        QToolTip.showText(self._area.bottomLeft(), f"{message} {hint}".strip(), self._page)

    def _is_current(self) -> bool:
        return (
            self._word.selectedText() == self._text and area_on_screen(self._page, self._word) == self._area
        )
