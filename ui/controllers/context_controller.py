"""What would be read for the caret, kept up to date while somebody looks."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.worker.engine_client import EngineClient
from app.worker.messages import Event, PromptFitted, Terminal
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker

REST_MS = 250  # a pause between two words


class ContextController(QObject):
    """Asks how the caret's prompt fits into the model, once the writer rests; one question at a time.

    Args:
        is_watched: tells whether anybody looks.
    """

    fitted = Signal(object)  # tuple[FittedPassage, ...]

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        client: EngineClient,
        models: ModelsController,
        is_watched: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._client = client
        self._models = models
        self._is_watched = is_watched
        self._request_id = 0  # of the request on its way; 0 when there is none
        self._asks_again = False  # once that is answered
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._ask)
        page.document().contentsChanged.connect(self.look)
        page.cursorPositionChanged.connect(self.look)
        models.changed.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Look again once the writer rests: what is read may have changed."""
        if self._is_watched():
            self._rest.start(REST_MS)

    @Slot()
    def look_now(self) -> None:
        """Look again at once: somebody has begun to."""
        if self._is_watched():
            self._rest.start(0)

    @Slot()
    def _ask(self) -> None:
        if not self._is_watched():
            return
        if self._request_id:
            self._asks_again = True
            return
        if not self._models.is_ready("causal"):
            self.fitted.emit(())
            return
        prompt = self._prompts.at(self._page.textCursor().position()).prompt
        self._request_id = self._client.fit_prompt(prompt, self._on_event)

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, Terminal):
            return
        self._request_id = 0
        if isinstance(event, PromptFitted):
            self.fitted.emit(event.passages)
        if self._asks_again:
            self._asks_again = False
            self.look()
