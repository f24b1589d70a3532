"""Work on a thread of its own, for everything that takes longer than a frame."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
Answer = Callable[[], object]


class BackgroundQueue(QObject):
    """Does one piece of work after the other, in their order, and answers in the window's thread.

    What is only ever touched in one queue needs no lock: so it is with the files of a document, where a save
    never overtakes the journal.

    Args:
        name: of the thread.
    """

    _answered = Signal(object)  # Answer

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._last: Future[None] | None = None
        self._unanswered = 0
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether all work is done and answered."""
        return self._unanswered == 0

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Do `work` on the disk's thread, then `done` with its result, or `failed` with its exception."""
        self._unanswered += 1
        self._last = self._executor.submit(self._work, work, done, failed)

    def close(self, patience_ms: int) -> bool:
        """Wait until all work is done, answers left out, and return whether it was in time."""
        self._executor.shutdown(wait=False)
        running = [self._last] if self._last is not None else []
        return not wait(running, patience_ms / 1000).not_done

    def _work(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        answer: Answer
        try:
            answer = partial(done, work())
        except BaseException as error:
            answer = partial(failed, error)
        self._answered.emit(answer)

    @Slot(object)
    def _answer(self, answer: Answer) -> None:
        self._unanswered -= 1
        answer()
