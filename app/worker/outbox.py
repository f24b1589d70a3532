"""Events on their way to the window."""

import threading
from collections.abc import Callable

from app.engines.protocols import Step, Token
from app.worker.messages import Event, Tokens

CAPACITY = 4096  # tokens that may wait for the window
PATIENCE = 0.02  # seconds between two looks at the cancel flag while the box is full


class Outbox:
    """A thread-safe, bounded queue of events.

    Tokens of one take of a request that wait together leave together, and those of one step always do. When
    the window is slower than the model, `put_step` waits for it, so that memory stays bounded and the text
    stays exact.

    Args:
        on_filled: called on the putting thread when the box was empty and no longer is.
    """

    def __init__(self, on_filled: Callable[[], None], capacity: int = CAPACITY) -> None:
        self._on_filled = on_filled
        self._capacity = capacity
        self._condition = threading.Condition()
        self._events: list[Event] = []
        self._tokens: dict[int, list[Token]] = {}  # by their take, of the request below; not yet wrapped
        self._tokens_of = 0

    def put(self, event: Event) -> None:
        """Add an event; never waits."""
        with self._condition:
            was_empty = self._is_empty()
            self._wrap_tokens()
            self._events.append(event)
        if was_empty:
            self._on_filled()

    def put_step(self, request_id: int, step: Step, is_cancelled: Callable[[], bool]) -> None:
        """Add a token for each take, waiting while the box is full, unless the request is cancelled."""
        with self._condition:
            while max(map(len, self._tokens.values()), default=0) >= self._capacity:
                if is_cancelled():
                    return
                self._condition.wait(PATIENCE)
            was_empty = self._is_empty()
            if request_id != self._tokens_of:
                self._wrap_tokens()
                self._tokens_of = request_id
            for take, token in enumerate(step):
                if token is not None:
                    self._tokens.setdefault(take, []).append(token)
            is_filled = was_empty and not self._is_empty()
        if is_filled:
            self._on_filled()

    def take(self) -> list[Event]:
        """Remove and return all events, oldest first."""
        with self._condition:
            self._wrap_tokens()
            events, self._events = self._events, []
            self._condition.notify_all()
        return events

    def _is_empty(self) -> bool:
        return not self._events and not self._tokens

    def _wrap_tokens(self) -> None:
        for take, tokens in self._tokens.items():
            self._events.append(Tokens(self._tokens_of, tuple(tokens), take))
        self._tokens.clear()
