"""When ghost text is asked for, and when it may be shown."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from app.document.manuscript import Author
from app.settings import GHOST, GHOST_OFTEN, GHOST_PAUSE, Setting, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Drafted, Drafting, Event, Terminal
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.editor.ghost_text import GhostText
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker
from ui.editor.sources import source_of_now


class GhostController(QObject):
    """Asks for a few words after a pause in the writing at the end of a paragraph.

    It stays silent after deleting, undoing and pasting, while an input method composes, while something is
    selected and while a stream runs.
    """

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        ghost: GhostText,
        client: EngineClient,
        models: ModelsController,
        streams: ContinueController,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._ghost = ghost
        self._client = client
        self._models = models
        self._streams = streams
        self._settings = settings
        self._request_id = 0  # of the request on its way; 0 when there is none
        self._asked_at = (-1, -1)  # revision and caret
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._ask)
        page.document().contentsChange.connect(self._on_contents_change)
        page.cursorPositionChanged.connect(self._on_caret_moved)
        page.typed.connect(self._on_typed)
        ghost.taken.connect(self._on_typed)
        streams.streaming_changed.connect(self.be_silent)
        settings.subscribe(self._on_setting_changed)

    @Slot()
    def be_silent(self) -> None:
        """Drop what is shown, what is on its way and what would be asked for."""
        self._pause.stop()
        self._drop_request()
        self._ghost.clear()

    @Slot()
    def _on_typed(self) -> None:
        if self._settings[GHOST]:
            self._pause.start(self._settings[GHOST_PAUSE])

    @Slot(int, int, int)
    def _on_contents_change(self, _position: int, removed: int, added: int) -> None:
        if removed or added:
            self._pause.stop()  # typing starts it again; deleting, undoing and pasting do not
            self._drop_request()

    @Slot()
    def _on_caret_moved(self) -> None:
        if self._place() != self._asked_at:
            self._drop_request()

    @Slot()
    def _ask(self) -> None:
        if not self._may_speak():
            return
        position = self._page.textCursor().position()
        self._asked_at = self._place()
        self._request_id = self._client.draft(
            self._prompts.at(position).prompt, "", self._settings[GHOST_OFTEN], self._on_event
        )

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id:
            return
        if isinstance(event, Terminal):
            self._request_id = 0
        if isinstance(event, Drafting | Drafted) and self._may_speak() and self._place() == self._asked_at:
            self._ghost.show(event.text, source_of_now(Author.CONTINUATION, self._models.title("causal")))

    def _may_speak(self) -> bool:
        caret = self._page.textCursor()
        return (
            self._settings[GHOST]
            and self._models.is_ready("causal")
            and not self._streams.is_streaming
            and not self._page.is_composing
            and not caret.hasSelection()
            and caret.atBlockEnd()
            and bool(caret.block().text().strip())
            and self._page.hasFocus()
        )

    def _place(self) -> tuple[int, int]:
        return self._page.document().revision(), self._page.textCursor().position()

    def _drop_request(self) -> None:
        if self._request_id:
            self._client.cancel(self._request_id)
            self._request_id = 0

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting is GHOST:
            self.be_silent()
