"""The model reads the text before the caret while the writer rests."""

from PySide6.QtCore import QObject, QTimer, Slot

from app.engines.prompts import as_text
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Finished, Terminal
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker

TYPED_MS = 150  # a pause between words; ghost text waits longer
MOVED_MS = 400  # a caret on its way through the text rests less than that at a time


class WarmController(QObject):
    """Has the model read the caret's prompt, so that a continuation need not wait for that.

    It asks once the writer rests, and only for what was not read yet. It stays silent while an input method
    composes, while something is selected and while a stream runs.
    """

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        client: EngineClient,
        models: ModelsController,
        streams: ContinueController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._client = client
        self._models = models
        self._streams = streams
        self._request_id = 0  # of the request on its way; 0 when there is none
        self._asked = ""  # the prompt that is read or being read
        self._place = (-1, -1)  # revision and caret
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._warm)
        page.document().contentsChanged.connect(self._on_moved)
        page.cursorPositionChanged.connect(self._on_moved)
        page.typed.connect(self._on_typed)
        models.changed.connect(self._on_models_changed)
        streams.streaming_changed.connect(self.start_over)

    @Slot()
    def start_over(self) -> None:
        """Take nothing for read: the model is, or has been, busy with another text."""
        self._forget()
        self._rest.start(MOVED_MS)

    @Slot()
    def read_again(self) -> None:
        """Have the prompt read as it is now: something else than the text has changed."""
        self._stop()
        self._rest.start(MOVED_MS)

    @Slot()
    def _on_moved(self) -> None:
        place = self._page.document().revision(), self._page.textCursor().position()
        if place != self._place:
            self._place = place
            self._stop()
            self._rest.start(MOVED_MS)

    @Slot()
    def _on_typed(self) -> None:
        self._rest.start(TYPED_MS)

    @Slot()
    def _on_models_changed(self) -> None:
        if self._models.is_ready("causal"):
            self._rest.start(MOVED_MS)
        else:
            self._forget()

    @Slot()
    def _warm(self) -> None:
        if not self._may_warm():
            return
        prompt = self._prompts.at(self._page.textCursor().position()).prompt
        if not self._asked.startswith(as_text(prompt)):
            self._asked = as_text(prompt)
            self._request_id = self._client.warm(prompt, self._on_event)

    def _may_warm(self) -> bool:
        return (
            self._models.is_ready("causal")
            and not self._streams.is_streaming
            and not self._page.is_composing
            and not self._page.textCursor().hasSelection()
        )

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or not isinstance(event, Terminal):
            return
        self._request_id = 0
        if isinstance(event, Finished) and event.reason == "cancelled":  # another request came in its way
            self._asked = ""

    def _stop(self) -> None:
        """End the request that is on its way; what was read of it is kept."""
        self._rest.stop()
        if self._request_id:
            self._client.cancel(self._request_id)
            self._forget()

    def _forget(self) -> None:
        """Take nothing for read: the model has been busy with another text."""
        self._rest.stop()
        self._request_id = 0
        self._asked = ""
