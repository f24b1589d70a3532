"""Letting Qt's events happen until something is so."""

import time
from collections.abc import Callable

from PySide6.QtTest import QTest


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return as soon as `condition` holds; fail if that takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        QTest.qWait(2)
