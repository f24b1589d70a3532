"""The window's end of the worker thread: submit, cancel, drop what is stale."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QThread, QTimer, Signal, Slot

from app.engines.prompts import Prompt
from app.engines.protocols import Role, Sampling
from app.engines.registry import EngineFactory
from app.worker.engine_worker import EngineWorker
from app.worker.inbox import Inbox
from app.worker.messages import (
    Draft,
    Event,
    FillGap,
    FindNeedless,
    FitPrompt,
    Generate,
    Insert,
    LoadModel,
    ReadJoins,
    Request,
    Shutdown,
    SuggestWords,
    Terminal,
    UnloadModel,
    Urgent,
    Warm,
    WeighNextWords,
    WeighTexts,
)
from app.worker.outbox import Outbox

log = logging.getLogger(__name__)

FRAME_MS = 16
EventHandler = Callable[[Event], None]


class EngineClient(QObject):
    """Owns the worker thread and hands its events to whoever asked, at most once a frame.

    Every method that submits returns the request's id. The handler gets the progress events of that request
    and then its one terminal event, on the thread of this object. After `cancel`, progress that is still on
    its way is dropped and only the terminal event arrives.
    """

    _wake_worker = Signal()
    _outbox_filled = Signal()

    def __init__(self, create_engine: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_id = 0
        self._giving_way: set[int] = set()  # requests that others need not wait for
        self._handlers: dict[int, EventHandler] = {}
        self._stopping: set[int] = set()
        self._inbox = Inbox()
        self._outbox = Outbox(on_filled=self._outbox_filled.emit)
        self._due: deque[Event] = deque()
        self._since_delivery = QElapsedTimer()
        self._since_delivery.start()
        self._frame = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._deliver)
        self._outbox_filled.connect(self._schedule_delivery, Qt.ConnectionType.QueuedConnection)
        self._thread = QThread(self)
        self._thread.setObjectName("engine")
        self._worker = EngineWorker(self._inbox, self._outbox, create_engine)
        self._worker.moveToThread(self._thread)
        self._wake_worker.connect(self._worker.serve, Qt.ConnectionType.QueuedConnection)
        self._thread.start(QThread.Priority.LowPriority)

    def load(
        self, role: Role, folder: Path, device: str, handler: EventHandler, precision: str = "auto"
    ) -> int:
        """Submit a LoadModel."""
        return self._submit(LoadModel(self._next_id(), role, folder, device, precision), handler)

    def unload(self, role: Role, handler: EventHandler) -> int:
        """Submit an UnloadModel."""
        return self._submit(UnloadModel(self._next_id(), role), handler)

    def generate(
        self,
        prompt: Prompt,
        sampling: Sampling,
        max_new_tokens: int,
        handler: EventHandler,
        alternatives: int = 0,
        takes: int = 1,
    ) -> int:
        """Submit a Generate."""
        request = Generate(self._next_id(), prompt, sampling, max_new_tokens, alternatives, takes)
        return self._submit(request, handler)

    def draft(
        self, prompt: Prompt, following: str, often: float, handler: EventHandler, choice: int = 0
    ) -> int:
        """Submit a Draft."""
        return self._submit(Draft(self._next_id(), prompt, following, often, choice), handler)

    def insert(
        self, prompt: Prompt, following: str, sampling: Sampling, max_new_tokens: int, handler: EventHandler
    ) -> int:
        """Submit an Insert."""
        return self._submit(Insert(self._next_id(), prompt, following, sampling, max_new_tokens), handler)

    def weigh_next_words(self, prompt: Prompt, count: int, handler: EventHandler) -> int:
        """Submit a WeighNextWords."""
        return self._submit(WeighNextWords(self._next_id(), prompt, count), handler)

    def weigh_texts(
        self, prompt: Prompt, texts: Sequence[str], handler: EventHandler, gives_way: bool = False
    ) -> int:
        """Submit a WeighTexts."""
        return self._submit(WeighTexts(self._next_id(), prompt, tuple(texts), gives_way), handler)

    def fit_prompt(self, prompt: Prompt, handler: EventHandler) -> int:
        """Submit a FitPrompt."""
        return self._submit(FitPrompt(self._next_id(), prompt), handler)

    def suggest_words(self, text: str, start: int, end: int, count: int, handler: EventHandler) -> int:
        """Submit a SuggestWords; `start` and `end` in code points."""
        return self._submit(SuggestWords(self._next_id(), text, start, end, count), handler)

    def fill_gap(self, text: str, position: int, count: int, handler: EventHandler) -> int:
        """Submit a FillGap; `position` in code points."""
        return self._submit(FillGap(self._next_id(), text, position, count), handler)

    def find_needless(self, text: str, start: int, end: int, handler: EventHandler) -> int:
        """Submit a FindNeedless; `start` and `end` in code points."""
        return self._submit(FindNeedless(self._next_id(), text, start, end), handler)

    def read_joins(self, sentences: Sequence[str], handler: EventHandler) -> int:
        """Submit a ReadJoins."""
        return self._submit(ReadJoins(self._next_id(), tuple(sentences)), handler)

    def warm(self, prompt: Prompt, handler: EventHandler) -> int:
        """Submit a Warm."""
        return self._submit(Warm(self._next_id(), prompt), handler)

    def cancel(self, request_id: int) -> None:
        """End a request within one step; harmless when it has ended already."""
        if request_id in self._handlers:
            self._stopping.add(request_id)
            self._inbox.cancel(request_id)

    def shut_down(self, timeout_ms: int) -> bool:
        """End everything and the thread; return whether it ended in time.

        A thread that has not ended is inside one long step of a model library; it must not be destroyed.
        """
        self._handlers.clear()
        self._inbox.close()
        self._submit(Shutdown(self._next_id()), lambda _event: None)
        return self._thread.wait(timeout_ms)

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _submit(self, request: Request, handler: EventHandler) -> int:
        is_quick = isinstance(request, Urgent | FitPrompt)
        gives_way = isinstance(request, Warm) or (isinstance(request, WeighTexts) and request.gives_way)
        if not is_quick and not (gives_way and isinstance(request, WeighTexts)):
            for request_id in self._giving_way:
                self.cancel(request_id)
        if gives_way:
            self._giving_way.add(request.request_id)
        self._handlers[request.request_id] = handler
        self._inbox.put(request)
        self._wake_worker.emit()
        return request.request_id

    @Slot()
    def _schedule_delivery(self) -> None:
        if not self._frame.isActive():
            self._frame.start(max(0, FRAME_MS - self._since_delivery.elapsed()))

    @Slot()
    def _deliver(self) -> None:
        self._since_delivery.restart()
        self._due.extend(self._outbox.take())
        try:
            while self._due:
                self._dispatch(self._due.popleft())
        finally:
            if self._due:  # a handler failed; the requests behind it get their answers all the same
                self._schedule_delivery()

    def _dispatch(self, event: Event) -> None:
        """Hand one event to its handler; a handler may submit and cancel, its request is settled by then."""
        is_terminal = isinstance(event, Terminal)
        stale = event.request_id in self._stopping and not is_terminal
        handler = self._handlers.get(event.request_id)
        if is_terminal:
            self._handlers.pop(event.request_id, None)
            self._giving_way.discard(event.request_id)
            self._stopping.discard(event.request_id)
            self._inbox.forget(event.request_id)
        if handler is None or stale:
            return
        try:
            handler(event)
        except Exception:
            log.exception("a handler of %s failed", type(event).__name__)
            raise
