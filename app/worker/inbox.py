"""Requests on their way to the worker."""

import threading
from collections import deque

from app.worker.messages import FillGap, Request, SuggestWords


class Inbox:
    """A thread-safe queue of requests and the flags that cancel them.

    Cancelling is a flag that the worker reads between steps: a busy thread does not reach its event loop.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Request] = deque()
        self._cancelled: set[int] = set()
        self._closed = False

    def put(self, request: Request) -> None:
        """Queue a request."""
        with self._lock:
            self._requests.append(request)

    def take(self) -> Request | None:
        """Return the next request, word suggestions first, or None."""
        urgent = self.take_of((SuggestWords, FillGap))
        if urgent is not None:
            return urgent
        with self._lock:
            return self._requests.popleft() if self._requests else None

    def take_of(self, kinds: tuple[type[Request], ...]) -> Request | None:
        """Return the oldest request of some kinds, whatever waits before it, or None."""
        with self._lock:
            for request in self._requests:
                if isinstance(request, kinds):
                    self._requests.remove(request)
                    return request
        return None

    def cancel(self, request_id: int) -> None:
        """Ask that a request, queued or running, be ended."""
        with self._lock:
            self._cancelled.add(request_id)

    def close(self) -> None:
        """Ask that everything but Shutdown be ended."""
        with self._lock:
            self._closed = True

    def is_cancelled(self, request_id: int) -> bool:
        """Tell whether a request is to be ended."""
        with self._lock:
            return self._closed or request_id in self._cancelled

    def forget(self, request_id: int) -> None:
        """Drop the flag of a request that has ended."""
        with self._lock:
            self._cancelled.discard(request_id)
