"""Letting Qt's events happen until something is so."""

import time
from collections.abc import Callable

from PySide6.QtTest import QTest

PATIENCE = 30.0  # seconds that anything may take which a test waits for: longer than on the slowest machine
PATIENCE_MS = round(PATIENCE * 1000)


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return as soon as `condition` holds; fail if that takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        QTest.qWait(2)
