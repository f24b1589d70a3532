"""What measures of the real window share: it is opened with files of its own, measured, and closed."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.errors import InklingError
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.__main__ import has_display
from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.editor.page import Page
from ui.first_paint import FirstPaint
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

LONGEST_S = 120  # for anything

Figures = dict[str, Any]


class Ticks(QObject):
    """Notes how long the event loop stands still between two ticks of a millisecond."""

    gap = Signal(float)  # milliseconds

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ticks = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self.last = 0.0  # tick, by `perf_counter`

    def begin(self) -> None:
        """Watch from now on."""
        self.last = perf_counter()
        self._ticks.start()

    def end(self) -> None:
        """Watch no longer."""
        self._ticks.stop()

    @Slot()
    def _tick(self) -> None:
        now = perf_counter()
        gap, self.last = now - self.last, now
        self.gap.emit(gap * 1000)


class _Run:
    """Measures one window, and closes it."""

    def __init__(self, inkling: Inkling, measure: Callable[[Inkling], Coroutine[Any, Any, Figures]]) -> None:
        self._inkling = inkling
        self._measure = measure
        self.figures: Figures = {}
        self.failure = "The measurement failed."

    async def measure(self) -> None:
        try:
            self.figures = await self._measure(self._inkling)
        except (InklingError, TimeoutError) as error:
            self.failure = str(error) or "The window took too long."
        finally:
            self._inkling.window.close_for_good()


def measure_window(model: Path, measure: Callable[[Inkling], Coroutine[Any, Any, Figures]]) -> int:
    """Open the window, measure it once it is painted, print one JSON object, and return the exit status.

    Args:
        model: the folder of the causal model.
        measure: leads the window through a writer's work and returns the figures.
    """
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        application = QApplication(sys.argv[:1])
        engines = EngineProcess(own_command(HOST_ENGINES))
        options = WindowOptions(model=model)
        inkling = Inkling(application, Paths.under(Path(folder)), options, engines.create_engine)
        run = _Run(inkling, measure)
        first_paint = FirstPaint(inkling.page.viewport())
        first_paint.happened.connect(lambda: inkling.tasks.start(run.measure(), "bench"))
        inkling.start()
        run_event_loop(application, inkling.window.close, inkling.tasks.cancel_all)
        end_program(inkling, engines)
    if not run.figures:
        print(run.failure, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(run.figures), flush=True)  # noqa: T201
    return 0


async def until(condition: Callable[[], object]) -> None:
    """Return once a condition holds.

    Raises:
        TimeoutError: it does not come true.
    """
    async with asyncio.timeout(LONGEST_S):
        while not condition():
            await asyncio.sleep(0.005)


def press(page: Page, character: str) -> None:
    """Press the key that writes a character, and let it go."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(page, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character))
