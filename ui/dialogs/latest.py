"""Work in a queue of which only the last piece is still wanted."""

from collections.abc import Callable
from typing import TypeVar, cast

from ui.background_queue import BackgroundQueue

T = TypeVar("T")


class Latest:
    """Hears only of the work that was asked for last; work that nobody waits for any more is not begun."""

    def __init__(self, queue: BackgroundQueue) -> None:
        self._queue = queue
        self._asked = 0

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Run `work` and forget what was asked for before."""
        self.forget()
        asked = self._asked

        def is_wanted() -> bool:
            return asked == self._asked

        self._queue.run(
            lambda: work() if is_wanted() else None,
            lambda result: done(cast(T, result)) if is_wanted() else None,
            lambda error: failed(error) if is_wanted() else None,
        )

    def forget(self) -> None:
        """Hear nothing of what was asked for."""
        self._asked += 1
