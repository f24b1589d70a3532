"""Work that takes too long for the window's thread."""

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

T = TypeVar("T")


class Background(Protocol):
    """Runs work on another thread, in order, and hands on the window's thread what came of it."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> object:
        """Run `work`, then `done` with its result or `failed` with its exception."""


class Latest:
    """Hears only of the work that was asked for last; work that nobody waits for any more is not begun."""

    def __init__(self, background: Background) -> None:
        self._background = background
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

        self._background.run(
            lambda: work() if is_wanted() else None,
            lambda result: done(cast(T, result)) if is_wanted() else None,
            lambda error: failed(error) if is_wanted() else None,
        )

    def forget(self) -> None:
        """Hear nothing of what was asked for."""
        self._asked += 1
