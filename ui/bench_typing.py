"""Measures ghost text in the real window: `python -m ui.bench_typing SECONDS MODEL`.

First it types for SECONDS at a constant speed, with so short a pause that ghost text is asked for after every
key; then it types word by word and rests behind each. The window keeps its own files in a folder that is gone
afterwards; MODEL is the causal model’s folder. Prints one JSON object, with times in milliseconds.
"""

import asyncio
import sys
from itertools import chain, cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, Slot

from app.cli.percentiles import gap_summary, percentile
from app.errors import InklingError
from app.settings import GHOST_OFTEN, GHOST_PAUSE
from ui.application import Inkling
from ui.bench_frame import Figures, Ticks, measure_window, press, until
from ui.first_paint import FirstPaint

KEY_S = 0.1  # between two keys
KEY_BEFORE_REST_S = 0.01  # where only the rest is measured
FEWEST_RESTS, RESTS_A_SECOND = 4, 1  # rests behind a word, for each second of typing
TEXT = (
    "Nobody in the village could say when the clock in the church tower had stopped. The old people said "
    "that it had always shown ten to four, and the children believed them. But Martha, who kept the keys,"
    " knew better. One night in the winter after her husband died she had climbed the stairs with a lamp "
    "in her hand, opened the little door behind the bells, and put her finger on the wheel. She had "
    "wanted to hear nothing for an hour. In the morning the whole village was late for church, and the "
    "priest, who was a kind man and slept badly, did not ask. Since then she went up on the first of "
    "every month to dust the wheels, so that they would run again at once if anybody needed them. That "
    "was how she met the stranger."
)


class Watch(QObject):
    """Notes how long the event loop stands still, and when ghost text is seen."""

    def __init__(self, inkling: Inkling) -> None:
        super().__init__(inkling)
        self._viewport = inkling.page.viewport()
        self._ticks = Ticks(self)
        self.gaps: list[float] = []  # milliseconds
        self._ticks.gap.connect(self._on_gap)
        self.shown = 0
        self.painted_at = 0.0
        inkling.ghost.shown.connect(self._on_shown)

    def begin(self) -> None:
        """Forget what was, and watch from now on."""
        self.gaps.clear()
        self.shown = 0
        self.painted_at = 0.0
        self._ticks.begin()

    def end(self) -> None:
        """Watch no longer."""
        self._ticks.end()

    @Slot(float)
    def _on_gap(self, gap_ms: float) -> None:
        self.gaps.append(gap_ms)

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
        self._words = cycle([f" {word}" for word in TEXT.split()])

    async def measure(self) -> Figures:
        """Return all figures."""
        models, settings = self._inkling.models, self._inkling.settings
        await until(lambda: not models.is_loading("causal") and not models.is_loading("masked"))
        if not models.is_ready("causal") or not models.is_ready("masked"):
            raise InklingError("A model could not be loaded; open the window to see why.")
        self._inkling.page.setFocus()
        await until(self._inkling.page.hasFocus)
        settings.change(GHOST_OFTEN, GHOST_OFTEN.maximum or 1.0)  # more to measure
        rests = await self._type_and_rest()
        settings.change(GHOST_PAUSE, int(GHOST_PAUSE.minimum or 0))
        return {"rests": rests, "typing": await self._type_on()}

    async def _type_on(self) -> dict[str, Any]:
        keys = round(self._seconds / KEY_S)
        self._watch.begin()
        begun = perf_counter()
        for number, character in enumerate(islice(chain.from_iterable(self._words), keys), 1):
            press(self._inkling.page, character)
            await asyncio.sleep(max(0.0, begun + number * KEY_S - perf_counter()))
        self._watch.end()
        return {"keys": keys, "shown": self._watch.shown, "gap_ms": gap_summary(self._watch.gaps)}

    async def _type_and_rest(self) -> dict[str, Any]:
        rests = max(FEWEST_RESTS, round(self._seconds * RESTS_A_SECOND))
        pause = self._inkling.settings[GHOST_PAUSE] / 1000
        watch, controller = self._watch, self._inkling.causal_tools.ghost_controller
        times: list[float] = []
        for _ in range(rests):
            await self._type_word()
            watch.begin()
            rested_at = perf_counter() + pause
            await until(lambda: watch.painted_at or not (controller.is_asking or watch.shown))
            watch.end()
            if watch.painted_at:
                times.append((watch.painted_at - rested_at) * 1000)
            controller.be_silent()  # who dismisses is offered less
        return {
            "rests": rests,
            "shown": len(times),
            "first_words_ms": {"p50": percentile(times, 50), "p95": percentile(times, 95)},
        }

    async def _type_word(self) -> None:
        for character in next(self._words):
            press(self._inkling.page, character)
            await asyncio.sleep(KEY_BEFORE_REST_S)


def main(seconds: int, model: Path) -> int:
    """Measure the window and return the exit status."""
    return measure_window(model, lambda inkling: Probe(inkling, seconds).measure())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
