"""How many of the cores the models take: fewer where other programs, or the window, want some."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch

LOOK_EVERY = 0.25  # seconds; the systems count busy cores in hundredths of a second
STALE = 1.0  # seconds; who was busy so long ago need not be now
TOLERANCE = 0.3  # cores that others may use before a thread is left out for them


class CoreShare:
    """Runs blocks on as many threads as there are cores left.

    Some hundred times a step all threads of torch wait for the last one. Where another program has its core,
    they wait for as long as that program's time slice, and a step takes three times as long as with that
    thread left out.
    """

    def __init__(self) -> None:
        self._cores = torch.get_num_threads()
        self._process = psutil.Process()
        self._threads = self._cores
        self._looked_at = time.monotonic()
        self._busy = self._busy_seconds()

    @contextmanager
    def taken(self) -> Iterator[int]:
        """Run a block on the cores that are left, and tell how many they are."""
        now = time.monotonic()
        if self._cores > 1 and now - self._looked_at >= LOOK_EVERY:
            self._look(now)
        if self._threads == self._cores:
            yield self._cores
            return
        torch.set_num_threads(self._threads)
        try:
            yield self._threads
        finally:
            torch.set_num_threads(self._cores)

    def _look(self, now: float) -> None:
        busy, passed = self._busy_seconds(), now - self._looked_at
        others = (busy - self._busy) / passed if passed < STALE else 0.0  # cores
        self._looked_at, self._busy = now, busy
        self._threads = min(max(self._cores - math.ceil(others - TOLERANCE), 1), self._cores)

    def _busy_seconds(self) -> float:
        """Return how long cores have been busy for anything but this process."""
        system, own = psutil.cpu_times(), self._process.cpu_times()
        idle = system.idle + getattr(system, "iowait", 0.0)
        guests = getattr(system, "guest", 0.0) + getattr(
            system, "guest_nice", 0.0
        )  # counted as user time too
        return float(sum(system) - guests - idle - own.user - own.system)
