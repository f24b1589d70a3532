"""Measures the real window in a process of its own: `python -m ui.bench_probe DATA_DIR MODEL STARTED`.

The first two arguments may be empty; the third is the time at which the process was started, in seconds since
the epoch, because systems themselves know it to a second only. Prints one JSON object: when the window was
painted, how long the event loop stood still, and how much memory it all took.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

from app.cli.percentiles import gap_summary
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.__main__ import has_display

if not has_display():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.first_paint import FirstPaint
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

IDLE_MS = 2000
TICK_MS = 1
LONGEST_MS = 600_000  # for everything; a model that never loads must not keep the bench waiting
MEGABYTE = 1e6
TEXT = "The road came down from the hills in the last of the light, and the old man who walked on it"


class Probe(QObject):
    """Leads the window through loading, rest and a stream, and notes the gaps between ticks meanwhile."""

    finished = Signal()

    def __init__(self, inkling: Inkling, started: float) -> None:
        super().__init__(inkling)
        self._inkling = inkling
        self._started = started
        self._gaps: dict[str, list[float]] = {"idle": [], "loading": [], "generating": []}
        self._phase = "loading"
        self._clock = QElapsedTimer()
        self._ticks = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self.painted_ms = 0.0
        self.failure = ""
        FirstPaint(inkling.page.viewport()).happened.connect(self._on_painted)
        inkling.models.changed.connect(self._on_models_changed)
        inkling.continuation.streaming_changed.connect(self._on_streaming_changed)
        QTimer.singleShot(LONGEST_MS, self, lambda: self._fail("The window took too long."))

    def gaps(self) -> dict[str, dict[str, float]]:
        """Return a summary for each phase, in milliseconds."""
        return {phase: gap_summary(samples) for phase, samples in self._gaps.items()}

    @Slot()
    def _on_painted(self) -> None:
        self.painted_ms = (time.time() - self._started) * 1000
        self._clock.start()
        self._ticks.start()

    @Slot()
    def _tick(self) -> None:
        self._gaps[self._phase].append(self._clock.nsecsElapsed() / 1e6)
        self._clock.start()

    @Slot()
    def _on_models_changed(self) -> None:
        models = self._inkling.models
        if any(models.is_loading(role) for role in ("causal", "masked")) or self._phase != "loading":
            return
        if not models.is_ready("causal") or not models.is_ready("masked"):
            self._fail("A model could not be loaded; open the window to see why.")
            return
        self._phase = "idle"
        QTimer.singleShot(IDLE_MS, self, self._continue)

    @Slot()
    def _continue(self) -> None:
        self._inkling.page.setPlainText(TEXT)
        self._inkling.page.moveCursor(QTextCursor.MoveOperation.End)
        self._phase = "generating"
        self._inkling.continuation.start()

    @Slot(bool)
    def _on_streaming_changed(self, is_streaming: bool) -> None:
        if not is_streaming:
            self._ticks.stop()
            self.finished.emit()

    def _fail(self, words: str) -> None:
        self.failure = words
        self.finished.emit()


def main(data_dir: str, model: str, started: float) -> int:
    """Measure the window and return the exit status."""
    real = Paths.under(Path(data_dir)) if data_dir else Paths.of_this_machine()
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder)  # the writer's window and log stay as they are
        paths = replace(real, state=aside / "state", log=aside / "log")
        options = WindowOptions(model=Path(model) if model else None)
        application = QApplication(sys.argv[:1])
        engines = EngineProcess(own_command(HOST_ENGINES))
        inkling = Inkling(application, paths, options, engines.create_engine)
        probe = Probe(inkling, started)
        probe.finished.connect(inkling.window.close_for_good, Qt.ConnectionType.QueuedConnection)
        inkling.start()
        run_event_loop(application, inkling.window.close, inkling.tasks.cancel_all)
        peak = peak_memory()  # Windows tells that of a child while it runs,
        end_program(inkling, engines)
        peak = max(peak, peak_memory())  # other systems once it has ended
    if probe.failure:
        print(probe.failure, file=sys.stderr)  # noqa: T201
        return 1
    figures = {
        "window_painted_ms": round(probe.painted_ms, 1),
        "event_loop_gap_ms": probe.gaps(),
        "peak_memory_mb": round(peak / MEGABYTE),
    }
    print(json.dumps(figures), flush=True)  # noqa: T201
    return 0


def peak_memory() -> float:
    """Return the most memory that the window's process has held plus the most that its child has, in bytes.

    Each is counted at its own highest, as if both had come at the same time.
    """
    if sys.platform == "win32":
        window = psutil.Process()
        return float(sum(each.memory_info().peak_wset for each in (window, *window.children())))
    import resource  # Unix alone has it

    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(each).ru_maxrss for each in who)
    return float(peak if sys.platform == "darwin" else peak * 1024)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
