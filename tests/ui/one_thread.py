from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")


class OneThread(QObject):
    """Runs work on a thread, in order, and hands the results over on the window's."""

    _ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0
        self._pool = ThreadPoolExecutor(1)
        self._ended.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        self._pool.submit(self._work, work, done, failed)

    def shut_down(self) -> None:
        self._pool.shutdown()

    @Slot(object)
    def _hand_over(self, call: Callable[[], object]) -> None:
        call()

    def _work(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        self.begun += 1
        try:
            result = work()
        except Exception as error:
            caught = error
            self._ended.emit(lambda: failed(caught))
        else:
            self._ended.emit(lambda: done(result))
