"""What the masked model does on the page, built and wired."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.settings import Settings
from app.worker.engine_client import EngineClient
from ui.controllers.checker import Checker
from ui.controllers.flow_controller import FlowController
from ui.controllers.models_controller import ModelsController
from ui.controllers.needless_controller import NeedlessController
from ui.controllers.words_controller import WordsController
from ui.editor.flow_marks import FlowMarks
from ui.editor.highlights import Highlights
from ui.editor.marks import Marks
from ui.editor.needless_marks import NeedlessMarks
from ui.editor.page import Page
from ui.editor.word_popup import DoubleClicks, WordPopup
from ui.editor.word_preview import WordPreview
from ui.notifications import Notifications
from ui.theme import Theme


class MaskedTools(QObject):
    """Words for a place, and checks that leave marks: the widgets on the page and their controllers."""

    def __init__(
        self,
        page: Page,
        highlights: Highlights,
        theme: Theme,
        client: EngineClient,
        models: ModelsController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.word_popup = WordPopup(page, theme)
        self.word_preview = WordPreview(page, theme)
        self.words = WordsController(
            page, self.word_popup, self.word_preview, client, models, settings, notifications, self
        )
        self.double_clicks = DoubleClicks(page, self)
        self.double_clicks.happened.connect(self.words.on_double_click)

        self.marks = Marks(page, highlights, theme, self)
        self.flow_marks = FlowMarks(page, self.marks, theme)
        self.needless_marks = NeedlessMarks(page, self.marks, highlights, theme, self)
        self.checker = Checker(page, client, models, notifications, self)
        self.flow = FlowController(page, self.marks, self.checker, client, notifications, self)
        self.needless = NeedlessController(
            page, self.marks, self.needless_marks, self.checker, client, notifications, self
        )

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands do, by their identifiers."""
        return {
            "other_words": self.words.offer,
            "insert_word": self.words.insert,
            "flow": self.flow.check,
            "needless_words": self.needless.find_or_take_out,
            "next_mark": self.marks.go_to_next,
            "previous_mark": self.marks.go_to_previous,
            "clear_marks": self.marks.clear,
        }

    @Slot()
    def let_go(self) -> None:
        """End what runs and close what is open: the text or the model is about to change."""
        self.checker.stop()
        self.word_popup.hide()
