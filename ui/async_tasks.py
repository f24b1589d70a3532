"""The window's asynchronous work: asyncio on Qt's loop. The only module that knows qasync."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import qasync
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.notifications import Notifications

log = logging.getLogger(__name__)


def run_event_loop(
    application: QApplication,
    on_signal: Callable[[], object],
    at_end: Callable[[], Coroutine[Any, Any, None]],
) -> int:
    """Run Qt's loop and asyncio's as one until the application quits; return its exit status.

    Args:
        application: the application; its `quit` ends the loop.
        on_signal: called when the system or a terminal asks the program to end.
        at_end: awaited after that, while the loop still turns.
    """
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with suppress(NotImplementedError):  # on Windows there are no such signals for a window
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, on_signal)
    with loop:
        loop.run_forever()
        loop.run_until_complete(at_end())
    return 0


class AsyncTasks(QObject):
    """Starts coroutines and sees to it that none fails in silence.

    Args:
        notifications: hears of every exception that a coroutine ends with.
    """

    def __init__(self, notifications: Notifications, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifications = notifications
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run `work` until it ends or the program does."""
        task = asyncio.get_event_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    async def cancel_all(self) -> None:
        """Cancel what still runs and wait until it has cleaned up."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task

    def _on_done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("the task %s failed", task.get_name())
            self._notifications.report(error)
