"""Measures ghost text in the real window: `python -m ui.bench_typing SECONDS MODEL`.

First it types for SECONDS at a constant speed, with so short a pause that ghost text is asked for after every
key; then it types word by word and rests behind each. The window keeps its own files in a folder that is gone
afterwards; MODEL is the causal model’s folder. Prints one JSON object, with times in milliseconds.
"""

import asyncio
import json
import os
import sys
import tempfile
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any

from app.cli.percentiles import gap_summary, percentile
from app.paths import Paths
from app.settings import GHOST_OFTEN, GHOST_PAUSE
from app.worker.engine_process import EngineProcess
from ui.__main__ import has_display

if not has_display():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.errors import InklingError
from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.bench_document import until
from ui.first_paint import FirstPaint
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

KEY_S = 0.1  # between two keys
FEWEST_RESTS, RESTS_A_SECOND = 4, 0.5  # rests behind a word, for each second of typing
PATIENCE_S = 0.5  # that a suggestion may take; then it is silence
TEXT = (
    "Nobody in the village could say when the clock in the church tower had stopped. The old people said "
    "that it had always shown ten to four, and the children believed them. But Martha, who kept the keys,"
    " knew better. One night in the winter after her husband died she had climbed the stairs with a lamp "
    "in her hand, opened the little door behind the bells, and put her finger on the wheel. She had "
    "wanted to hear nothing for an hour. In the morning the whole village was late for church, and the "
    "priest, who was a kind man and slept badly, did not ask. Since then she went up on the first of "
    "every month to dust the wheels, so that they would run again at once if anybody needed them. That "
    "was how she met the stranger. "
)


class Watch(QObject):
    """Notes how long the event loop stands still between two ticks, and when ghost text is seen."""

    def __init__(self, inkling: Inkling) -> None:
        super().__init__(inkling)
        self._viewport = inkling.page.viewport()
        self._ticks = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self._last = 0.0
        self.gaps: list[float] = []  # milliseconds
        self.shown = 0
        self.painted_at = 0.0
        inkling.ghost.shown.connect(self._on_shown)

    def begin(self) -> None:
        """Forget what was, and watch from now on."""
        self.gaps.clear()
        self.shown = 0
        self.painted_at = 0.0
        self._last = perf_counter()
        self._ticks.start()

    def end(self) -> None:
        """Watch no longer."""
        self._ticks.stop()

    @Slot()
    def _tick(self) -> None:
        now = perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now

    @Slot()
    def _on_shown(self) -> None:
        self.shown += 1
        FirstPaint(self._viewport).happened.connect(self._on_painted)

    @Slot()
    def _on_painted(self) -> None:
        self.painted_at = perf_counter()


class Probe:
    """Leads the window through a writer's typing."""

    def __init__(self, inkling: Inkling, seconds: int) -> None:
        self._inkling = inkling
        self._seconds = seconds
        self._watch = Watch(inkling)
        self._text = cycle(TEXT)
        self.figures: dict[str, Any] = {}
        self.failure = ""

    async def run(self) -> None:
        """Measure everything, and close the window."""
        try:
            await self._measure()
        except (InklingError, TimeoutError) as error:
            self.failure = str(error) or "The window took too long."
        finally:
            self._inkling.window.close_for_good()

    async def _measure(self) -> None:
        models, settings = self._inkling.models, self._inkling.settings
        await until(lambda: not models.is_loading("causal") and not models.is_loading("masked"))
        if not models.is_ready("causal") or not models.is_ready("masked"):
            raise InklingError("A model could not be loaded; open the window to see why.")
        self._inkling.page.setFocus()
        await until(self._inkling.page.hasFocus)
        settings.change(GHOST_OFTEN, GHOST_OFTEN.maximum or 1.0)  # more to measure
        self.figures["rests"] = await self._type_and_rest()
        settings.change(GHOST_PAUSE, int(GHOST_PAUSE.minimum or 0))
        self.figures["typing"] = await self._type_on()

    async def _type_on(self) -> dict[str, Any]:
        keys = round(self._seconds / KEY_S)
        self._watch.begin()
        begun = perf_counter()
        for number in range(1, keys + 1):
            self._press(next(self._text))
            await asyncio.sleep(max(0.0, begun + number * KEY_S - perf_counter()))
        self._watch.end()
        return {"keys": keys, "shown": self._watch.shown, "gap_ms": gap_summary(self._watch.gaps)}

    async def _type_and_rest(self) -> dict[str, Any]:
        rests = max(FEWEST_RESTS, round(self._seconds * RESTS_A_SECOND))
        pause = self._inkling.settings[GHOST_PAUSE] / 1000
        times: list[float] = []
        for _ in range(rests):
            await self._type_word()
            self._watch.begin()
            rested_at = perf_counter() + pause
            await asyncio.sleep(pause + PATIENCE_S)
            self._watch.end()
            if self._watch.painted_at:
                times.append((self._watch.painted_at - rested_at) * 1000)
                self._inkling.ghost.take_word()  # who takes nothing is offered less
        return {
            "rests": rests,
            "shown": len(times),
            "first_words_ms": {"p50": percentile(times, 50), "p95": percentile(times, 95)},
        }

    async def _type_word(self) -> None:
        """Type up to the end of the next word; the space before it belongs to it."""
        for character in self._text:
            self._press(character)
            await asyncio.sleep(KEY_S)
            if character == " ":
                break
        self._press(next(self._text))

    def _press(self, character: str) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(self._inkling.page, event)


def main(seconds: int, model: Path) -> int:
    """Measure the window and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        application = QApplication(sys.argv[:1])
        engines = EngineProcess(own_command(HOST_ENGINES))
        options = WindowOptions(model=model)
        inkling = Inkling(application, Paths.under(Path(folder)), options, engines.create_engine)
        probe = Probe(inkling, seconds)
        first_paint = FirstPaint(inkling.page.viewport())
        first_paint.happened.connect(lambda: inkling.tasks.start(probe.run(), "bench"))
        inkling.start()
        run_event_loop(application, inkling.window.close, inkling.tasks.cancel_all)
        end_program(inkling, engines)
    if probe.failure or "typing" not in probe.figures:
        print(probe.failure or "The measurement failed.", file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(probe.figures), flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
