"""Checks: a passage is read paragraph by paragraph, in the background, when the writer wishes it."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.worker.engine_client import EngineClient, EventHandler
from app.worker.messages import Checking, Event, Failed, Finished
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.passage import Part, Passage
from ui.notifications import Notifications


class Check(Protocol):
    """What is asked about each paragraph, and what becomes of the answers."""

    @property
    def title(self) -> str:
        """What the status line says meanwhile."""

    def begin(self) -> None:
        """Forget what an earlier run has found."""

    def ask(self, part: Part, handler: EventHandler) -> int | None:
        """Ask the model about a paragraph; return the request's id, or None where there is nothing to ask."""

    def take(self, answer: Event) -> None:
        """Mark what the model has found in that paragraph, but for what was edited meanwhile."""

    def conclude(self) -> None:
        """Tell the writer what was found, once all is read."""


class Checker(QObject):
    """Runs one check at a time over the selection or the caret's paragraph.

    Each paragraph is a request of its own, so that marks appear as they are found and a continuation does
    not wait for the end of a long check.
    """

    running_changed = Signal(bool)
    progressed = Signal(object)  # fraction; None when nothing runs
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say

    def __init__(
        self,
        page: Page,
        client: EngineClient,
        models: ModelsController,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._client = client
        self._models = models
        self._notifications = notifications
        self._running: tuple[Check, Passage] | None = None
        self._share_before = 0.0  # of the passage, in front of the paragraph that is being read
        self._request_id = 0

    @property
    def is_running(self) -> bool:
        """Whether a check is running."""
        return self._running is not None

    def run(self, check: Check) -> None:
        """Check the selection or the caret's paragraph, in place of a check that runs."""
        if not self._models.is_ready("masked"):
            self._models.explain_absence("masked")
            return
        self.stop()
        check.begin()
        passage = Passage(self._page.textCursor())
        self._running = check, passage
        self.running_changed.emit(True)
        self._read_on(check, passage)
        if self.is_running:
            self._end_selection()

    @Slot()
    def stop(self) -> None:
        """End the check at once and keep the marks that it has made."""
        if self.is_running:
            self._client.cancel(self._request_id)
            self._end()

    def _end_selection(self) -> None:
        """Put the caret where the selection begins: it would cover what is marked."""
        caret = self._page.textCursor()
        if caret.hasSelection():
            caret.setPosition(caret.selectionStart())
            bar = self._page.verticalScrollBar()
            seen = bar.value()
            self._page.setTextCursor(caret)
            bar.setValue(seen)  # the writer goes on reading where they were

    def _read_on(self, check: Check, passage: Passage) -> None:
        """Ask about the next paragraph, or come to the end."""
        self._share_before = passage.share_read
        while (part := passage.take_paragraph()) is not None:
            request_id = check.ask(part, self._on_event)
            if request_id is not None:
                self._request_id = request_id
                self.progressed.emit(self._share_before)
                self.state_changed.emit(f"{check.title}…")
                return
        self._end()
        check.conclude()

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or self._running is None:
            return
        check, passage = self._running
        match event:
            case Checking():
                before, behind = self._share_before, passage.share_read
                self.progressed.emit(before + event.fraction * (behind - before))
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)
            case Finished():
                self._end()
            case _:
                check.take(event)
                self._read_on(check, passage)

    def _end(self) -> None:
        self._running = None
        self.progressed.emit(None)
        self.state_changed.emit("")
        self.running_changed.emit(False)
