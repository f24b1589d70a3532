"""Into the middle: from Ctrl+Return between two texts to the one that joins them best."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextCursor

from app.assist.insertion import WAYS
from app.settings import MAX_NEW_TOKENS, READ_FOLLOWING, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Checking, Event, Failed, Finished, Inserted, Prefilling
from ui.announcements import announce
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.plain_text import text_after, text_before, text_between
from ui.editor.prompt_maker import PromptMaker
from ui.editor.steady_view import steady_view
from ui.notifications import Notifications

FOLLOWING = 600  # code units behind the place that are read
NEAR = 300  # code units in front of it that may not change meanwhile


@dataclass(frozen=True)
class _Place:
    """What is to be replaced, mostly nothing, and what stands around it. The cursor goes along with edits."""

    cursor: QTextCursor
    before: str
    replaced: str
    following: str


class InsertionController(QObject):
    """Has texts written to stand between two others, one place at a time, and offers them, the best first.

    It ends when the text around its place changes; a result that comes late is dropped.
    """

    running_changed = Signal(bool)
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say
    progressed = Signal(object)  # the fraction that is done; None when nothing runs

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        client: EngineClient,
        models: ModelsController,
        settings: Settings,
        notifications: Notifications,
        streams: ContinueController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._client = client
        self._models = models
        self._settings = settings
        self._notifications = notifications
        self._streams = streams
        self._place: _Place | None = None
        self._request_id = 0
        self._written = 0  # ways on for this place, which others differ from though the seed be fixed
        self._found: Sequence[str] = ()  # what waits for an input method
        page.document().contentsChanged.connect(self._on_contents_changed)
        page.composed.connect(self._put_in)

    @property
    def is_running(self) -> bool:
        """Whether something is being written."""
        return self._place is not None

    @property
    def position(self) -> int:
        """Where it goes, in UTF-16 code units; -1 when nothing is being written."""
        return self._place.cursor.selectionEnd() if self._place is not None else -1

    @property
    def is_meant(self) -> bool:
        """Whether Continue at the caret is to lead into a text that follows."""
        position = self._page.textCursor().selectionEnd()
        wanted = self._settings[READ_FOLLOWING] and self._models.is_ready("causal")
        return wanted and bool(self._following(position).strip())

    @Slot()
    def start(self) -> None:
        """Write into the place of the caret, or behind the selection, in place of what is being written."""
        self.stop()
        caret = self._page.textCursor()
        if caret.hasSelection():
            caret.setPosition(caret.selectionEnd())
            self._page.setTextCursor(caret)
        self._written = 0
        self._seek(caret.position(), caret.position())

    def again(self, start: int, end: int) -> None:
        """Write others in place of the text that stands between two places, in UTF-16 code units."""
        self.stop()
        self._written += WAYS
        self._seek(start, end)

    @Slot()
    def stop(self) -> None:
        """Give it up; nothing has been put in yet."""
        if self._place is not None:
            self._client.cancel(self._request_id)
            self._end()

    def _seek(self, start: int, end: int) -> None:
        cursor = self._page.text_cursor_at(start, end)
        self._place = _Place(cursor, self._near(start), self._between(cursor), self._following(end))
        self._request_id = self._client.insert(
            self._prompts.at(start).prompt,
            self._place.following,
            self._settings.sampling().counted_up(self._written),
            self._settings[MAX_NEW_TOKENS],
            self._on_event,
        )
        self.running_changed.emit(True)
        self.state_changed.emit(self.tr("Reading what follows…"))

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or self._place is None:
            return
        match event:
            case Prefilling() if event.fraction < 1:
                self.progressed.emit(event.fraction)
            case Checking():
                self.progressed.emit(event.fraction)
                self.state_changed.emit(self.tr("Weighing {count} ways on…").format(count=WAYS))
            case Inserted(texts=()):
                self._end()
                self._notifications.inform(self.tr("Nothing was found that leads into what follows."))
            case Inserted():
                self._found = event.texts
                self._put_in()
            case Finished():
                self._end()
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)

    @Slot()
    def _put_in(self) -> None:
        if self._place is None or not self._found or self._page.is_composing:
            return
        cursor, texts, is_unchanged = self._place.cursor, self._found, self._is_unchanged(self._place)
        self._end()
        if is_unchanged:
            start, end = cursor.selectionStart(), cursor.selectionEnd()
            caret = self._page.textCursor()
            if start <= caret.position() <= end:
                self._streams.offer(start, texts, end, self.again)
            else:  # the writer is elsewhere by now
                with steady_view(self._page):
                    self._streams.offer(start, texts, end, self.again)
                    self._page.setTextCursor(caret)
            announce(self._page, self.tr("Put in: {text}").format(text=texts[0].strip()))

    @Slot()
    def _on_contents_changed(self) -> None:
        if self._place is not None and not self._is_unchanged(self._place):
            self.stop()

    def _is_unchanged(self, place: _Place) -> bool:
        cursor = place.cursor
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        now = _Place(cursor, self._near(start), self._between(cursor), self._following(end))
        return now == place

    def _between(self, cursor: QTextCursor) -> str:
        return text_between(self._page.document(), cursor.selectionStart(), cursor.selectionEnd())

    def _near(self, position: int) -> str:
        return text_before(self._page.document(), position, NEAR)

    def _following(self, position: int) -> str:
        return text_after(self._page.document(), position, FOLLOWING)

    def _end(self) -> None:
        self._place = None
        self._found = ()
        self.progressed.emit(None)
        self.state_changed.emit("")
        self.running_changed.emit(False)
