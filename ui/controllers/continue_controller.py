"""Continue: from Ctrl+Return to the last token on the page."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.assist.continuation import Joiner
from app.document.manuscript import Author
from app.settings import MAX_NEW_TOKENS, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Finished, Prefilling, Tokens
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker
from ui.editor.sources import source_of_now
from ui.editor.stream_writer import StreamWriter
from ui.notifications import Notifications


class ContinueController(QObject):
    """Streams the causal model's continuation into the page, one stream at a time."""

    streaming_changed = Signal(bool)
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        client: EngineClient,
        models: ModelsController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._client = client
        self._models = models
        self._settings = settings
        self._notifications = notifications
        self._writer: StreamWriter | None = None
        self._joiner = Joiner("")
        self._request_id = 0
        self._tokens = 0
        self._first_token_at = 0.0

    @property
    def is_streaming(self) -> bool:
        """Whether a stream is running."""
        return self._writer is not None

    @property
    def position(self) -> int:
        """Where the running stream ends, in UTF-16 code units; -1 when there is none."""
        return self._writer.position if self._writer is not None else -1

    @Slot()
    def start(self) -> None:
        """Continue from the caret, or from the end of the selection, in place of a stream that runs."""
        if not self._models.is_ready("causal"):
            self._models.explain_absence("causal")
            return
        self.stop()
        caret = self._page.textCursor()
        if caret.hasSelection():
            caret.setPosition(caret.selectionEnd())
            self._page.setTextCursor(caret)
        placed = self._prompts.at(caret.position())
        self._joiner = Joiner(placed.before)
        source = source_of_now(Author.CONTINUATION, self._models.title("causal"))
        self._writer = StreamWriter(self._page, caret.position(), source)
        self._writer.lost.connect(self.stop)
        self._tokens = 0
        self._request_id = self._client.generate(
            placed.prompt, self._settings.sampling(), self._settings[MAX_NEW_TOKENS], self._on_event
        )
        self.streaming_changed.emit(True)
        self.state_changed.emit(self.tr("Reading…"))

    def offer(self, position: int, texts: Sequence[str]) -> None:
        """Put in the first of some finished texts, as one undo step.

        Args:
            position: where, in UTF-16 code units.
            texts: the best first.
        """
        self.stop()
        source = source_of_now(Author.CONTINUATION, self._models.title("causal"))
        writer = StreamWriter(self._page, position, source)
        writer.insert(texts[0])
        writer.close()

    @Slot()
    def stop(self) -> None:
        """End the stream at once and keep what it wrote."""
        if self._writer is not None:
            self._client.cancel(self._request_id)
            self._end()

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or self._writer is None:
            return
        match event:
            case Prefilling() if event.fraction < 1:
                percent = int(100 * event.fraction)
                self.state_changed.emit(self.tr("Reading… {percent} %").format(percent=percent))
            case Tokens():
                self._show_speed(len(event.tokens))
                self._writer.insert(self._joiner.join(event.text))
            case Finished():
                self._end()
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)

    def _show_speed(self, tokens: int) -> None:
        now = time.perf_counter()
        if self._tokens == 0:
            self._first_token_at = now
        self._tokens += tokens
        seconds = now - self._first_token_at
        if seconds < 0.2:  # too soon for a figure that means something
            self.state_changed.emit(self.tr("Writing…"))
        else:
            speed = (self._tokens - 1) / seconds
            self.state_changed.emit(self.tr("Writing… {speed} tokens/s").format(speed=round(speed)))

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self.state_changed.emit("")
            self.streaming_changed.emit(False)
