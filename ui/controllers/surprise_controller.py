"""Surprise: the model weighs the words on the page in the background."""

from itertools import chain, islice
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QTextCursor

from app.assist.surprise import bits_of_words
from app.settings import SURPRISE, Setting, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Finished, TextsWeighed
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.passage import Part
from ui.editor.prompt_window import PromptWindow
from ui.editor.surprise_tint import SurpriseTint
from ui.editor.weighed_text import parts_between
from ui.notifications import Notifications

CONTEXT = 1_000  # code units in front of a paragraph that are read with it,
CONTEXT_STEP = 3_000  # and so many more, as long as the next paragraphs can go on from them
NEAR = 8_000  # code units around the screen that are weighed too,
MOST_NEAR = 400  # up to so many paragraphs with those on it; fewer than are kept, or it would never end
EDITED_MS = 700  # a rest behind an edit; ghost text and warming come first
SCROLLED_MS = 120
RETRY_MS = 500  # behind a request that gave way to another
SHOWN_FROM = 3  # paragraphs; less is done before anybody could read about it


class SurpriseController(QObject):
    """Has the paragraphs on the screen weighed, one by one, and then those near it.

    Every request gives way to whatever else the model is asked. A paragraph that was edited is weighed again
    once the writer rests. Esc ends it until the text is edited or another part of it is seen.
    """

    running_changed = Signal(bool)
    progressed = Signal(object)  # fraction; None when nothing runs
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say

    def __init__(
        self,
        page: Page,
        tint: SurpriseTint,
        client: EngineClient,
        models: ModelsController,
        streams: ContinueController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._tint = tint
        self._client = client
        self._models = models
        self._streams = streams
        self._settings = settings
        self._notifications = notifications
        self._window = PromptWindow(page.document(), CONTEXT, CONTEXT_STEP)
        self._due: list[Part] = []  # what is to be weighed, as long as neither text nor page moves
        self._request_id = 0  # of the request on its way; 0 when there is none
        self._place = QTextCursor(page.document())  # where the text begins that is being weighed
        self._text = ""
        self._revision = page.document().revision()
        self._done = self._total = 0  # paragraphs, since it last had nothing to do
        self._is_running = False
        self._has_failed = False  # it was said, and would only happen again
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._go_on)
        page.document().contentsChanged.connect(self._on_edited)
        page.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        page.column_moved.connect(self._on_scrolled)
        models.changed.connect(self._on_scrolled)
        streams.streaming_changed.connect(self._on_streaming_changed)
        settings.subscribe(self._on_setting_changed)
        tint.show(settings[SURPRISE])

    @property
    def is_running(self) -> bool:
        """Whether words are being weighed, or will be in a moment."""
        return self._is_running

    @Slot()
    def stop(self) -> None:
        """Weigh nothing more for now; what is tinted stays."""
        if self._is_running:
            self._halt()

    @Slot()
    def forget(self) -> None:
        """Stop, and take all tints away: the text or the model is about to change."""
        self._halt()
        self._has_failed = False
        self._tint.weighed.forget()
        self._tint.draw()

    @Slot()
    def _on_edited(self) -> None:
        if self._page.document().revision() == self._revision:
            return  # nothing but looks
        self._revision = self._page.document().revision()
        if self._settings[SURPRISE]:
            self._drop_request()
            self._rest.start(EDITED_MS)

    @Slot()
    def _on_scrolled(self) -> None:
        self._due.clear()
        if self._settings[SURPRISE] and not self._request_id and self._rest.remainingTime() < SCROLLED_MS:
            self._rest.start(SCROLLED_MS)

    @Slot()
    def _on_streaming_changed(self) -> None:
        self._drop_request()
        self._end()
        if self._settings[SURPRISE]:
            self._rest.start(EDITED_MS)

    @Slot()
    def _go_on(self) -> None:
        """Ask about the next paragraph, or come to the end."""
        if self._request_id:
            return
        if not self._may_ask():
            self._end()
            return
        if self._page.is_composing:
            self._rest.start(RETRY_MS)
            return
        self._due = self._due or self._missing()
        if not self._due:
            self._end()
            return
        self._tell(len(self._due))
        self._ask(self._due.pop(0))

    def _ask(self, part: Part) -> None:
        begin = part.block.position() + part.start
        self._place = self._page.text_cursor_at(begin)
        self._text = self._tint.weighed.text_of(part)
        before = self._window.text_before(begin)
        self._request_id = self._client.weigh_texts(
            before if before.strip() else "", [self._text], self._on_event, gives_way=True
        )

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id:
            return
        match event:
            case TextsWeighed():
                self._request_id = 0
                self._done += 1
                self._tint.weighed.put(self._place, self._text, bits_of_words(event.texts[0]))
                self._tint.draw()
                self._go_on()
            case Failed():
                self._request_id = 0
                self._has_failed = True
                self._end()
                self._notifications.warn(event.message, event.hint)
            case Finished():  # something else came first
                self._request_id = 0
                self._due.clear()
                self._rest.start(RETRY_MS)

    def _missing(self) -> list[Part]:
        """Return what is not weighed yet: what is seen first, then what stands behind and before that."""
        first, last = self._tint.screen()
        end = self._page.document().characterCount() - 1
        ranges = (first, last), (last, min(last + NEAR, end)), (max(first - NEAR, 0), first)
        parts = chain.from_iterable(parts_between(self._page.document(), *each) for each in ranges)
        near = {part.block.position() + part.start: part for part in islice(parts, MOST_NEAR)}
        return [part for part in near.values() if self._is_wanted(part)]

    def _is_wanted(self, part: Part) -> bool:
        begin = part.block.position()
        return self._tint.weighed.at(part) is None and self._tint.holds_own_words(
            begin + part.start, begin + part.end
        )

    def _may_ask(self) -> bool:
        return (
            self._settings[SURPRISE]
            and not self._has_failed
            and self._models.is_ready("causal")
            and not self._streams.is_streaming
        )

    def _tell(self, missing: int) -> None:
        self._total = max(self._total, self._done + missing)
        if not self._is_running and self._total >= SHOWN_FROM:
            self._is_running = True
            self.running_changed.emit(True)
            self.state_changed.emit(self.tr("Weighing words…"))
        if self._is_running:
            self.progressed.emit(self._done / self._total)

    def _end(self) -> None:
        self._done = self._total = 0
        if self._is_running:
            self._is_running = False
            self.progressed.emit(None)
            self.state_changed.emit("")
            self.running_changed.emit(False)

    def _halt(self) -> None:
        self._rest.stop()
        self._drop_request()
        self._end()

    def _drop_request(self) -> None:
        self._due.clear()
        if self._request_id:
            self._client.cancel(self._request_id)
            self._request_id = 0

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting is not SURPRISE:
            return
        self._tint.show(self._settings[SURPRISE])
        if not self._settings[SURPRISE]:
            self._halt()
            return
        self._has_failed = False
        if not self._models.is_ready("causal") and not self._models.is_loading("causal"):
            self._models.explain_absence("causal")
        self._rest.start(0)
