"""Measures the real window with a long text in it: `python -m ui.bench_document FILE MODEL`.

The window keeps its own files in a folder that is gone afterwards; MODEL is the causal model’s folder. Prints
one JSON object, with times in milliseconds.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from app.cli.percentiles import DIGITS, percentile
from app.large_blocks import return_large_blocks
from app.paths import Paths
from app.settings import THEME
from app.worker.engine_process import EngineProcess
from ui.__main__ import has_display

if not has_display():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit

from app.errors import InklingError
from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.first_paint import FirstPaint
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

TYPED = "The old man walked on, “and the lamp — he said — was not lit.” "
KEYS = 100  # in each place
KEY_S = 0.01  # between two of them: faster than anybody types
QUERY = "harbour"
CALM_MS = 16  # event-loop gaps up to here are calm
CALM_S = 0.3  # so long, and what was begun is over
LONGEST_S = 120  # for anything


class Gaps(QObject):
    """Watches how long the event loop stands still between two ticks of a millisecond."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ticks = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self._last = 0.0
        self.longest_ms = 0.0
        self.stirred_at = 0.0  # end of the last gap that was not calm

    def begin(self) -> None:
        """Forget what was, and watch from now on."""
        self._last = self.stirred_at = perf_counter()
        self.longest_ms = 0.0
        self._ticks.start()

    async def calm(self) -> None:
        """Return once the loop has been calm for a while."""
        self.stirred_at = perf_counter()
        await until(lambda: self._last - self.stirred_at > CALM_S)

    @Slot()
    def _tick(self) -> None:
        now = perf_counter()
        gap = (now - self._last) * 1000
        self._last = now
        self.longest_ms = max(self.longest_ms, gap)
        if gap > CALM_MS:
            self.stirred_at = now


class Probe:
    """Leads the window through a writer's work on a book."""

    def __init__(self, inkling: Inkling, file: Path) -> None:
        self._inkling = inkling
        self._page = inkling.page
        self._file = file
        self._bytes = file.stat().st_size
        self._gaps = Gaps(inkling)
        self._empty = 0  # bytes of memory that the window takes by itself
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
        models = self._inkling.models
        self._gaps.begin()
        await until(lambda: not models.is_loading("causal") and not models.is_loading("masked"))
        await self._gaps.calm()
        gc.collect()
        self._empty = resident()
        memory: dict[str, float] = {}
        self.figures = {"open_ms": await self._open(), "memory_ratio": memory}
        memory["opened"] = self._memory()
        self._inkling.find_bar.open_find()
        self._inkling.find_bar.findChildren(QLineEdit)[0].setText(QUERY)
        await self._gaps.calm()
        self.figures["keystroke_ms"] = await self._keystrokes()
        memory["edited"] = self._memory()
        self._inkling.find_bar.close_bar()
        await self._scroll()
        memory["scrolled"] = self._memory()
        self.figures["save_gap_ms"] = await self._save()
        memory["saved"] = self._memory()
        self.figures["gap_ms"] = {name: await self._gap(act) for name, act in self._other_work().items()}

    async def _open(self) -> dict[str, float]:
        painted: list[float] = []
        files, viewport = self._inkling.files, self._page.viewport()
        files.document_changed.connect(
            lambda: FirstPaint(viewport).happened.connect(lambda: painted.append(perf_counter()))
        )
        self._gaps.begin()
        begun = perf_counter()
        files.open(self._file)
        await until(lambda: bool(painted))
        await self._gaps.calm()
        await until(lambda: self._inkling.word_count.words > 0)
        return {
            "painted": rounded((painted[0] - begun) * 1000),
            "calm": rounded((max(self._gaps.stirred_at, painted[0]) - begun) * 1000),
            "longest_gap": rounded(self._gaps.longest_ms),
        }

    async def _keystrokes(self) -> dict[str, dict[str, float]]:
        found = {}
        length = self._page.document().characterCount() - 1
        for name, place in (("start", 0), ("middle", length // 2), ("end", length)):
            self._page.setTextCursor(self._page.text_cursor_at(place))
            self._page.setFocus()
            await self._gaps.calm()
            self._gaps.begin()
            times = [await self._key(TYPED[number % len(TYPED)]) for number in range(KEYS)]
            await self._gaps.calm()
            found[name] = {
                "p50": percentile(times, 50),
                "p95": percentile(times, 95),
                "max": rounded(max(times)),
                "longest_gap": rounded(self._gaps.longest_ms),
            }
        return found

    async def _key(self, character: str) -> float:
        """Press a key and return how long it takes until the page is painted."""
        begun = perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(self._page, event)
        self._page.viewport().repaint()
        spent = (perf_counter() - begun) * 1000
        await asyncio.sleep(KEY_S)
        return spent

    async def _scroll(self) -> None:
        """Show every page of the book once."""
        bar = self._page.verticalScrollBar()
        bar.setValue(0)
        while bar.value() < bar.maximum():
            bar.setValue(bar.value() + bar.pageStep())
            self._page.viewport().repaint()
            await asyncio.sleep(0)
        await self._gaps.calm()

    async def _save(self) -> float:
        saved: list[object] = []
        self._inkling.files.saved.connect(saved.append)
        self._gaps.begin()
        self._inkling.files.save()
        await until(lambda: bool(saved))
        await self._gaps.calm()
        return rounded(self._gaps.longest_ms)

    def _other_work(self) -> dict[str, Callable[[], object]]:
        page, window, bar = self._page, self._inkling.window, self._inkling.find_bar

        def replace_all() -> None:
            bar.open_replace()
            bar.findChildren(QLineEdit)[1].setText("haven")
            bar.replace_all()
            bar.close_bar()

        return {
            "to the end": lambda: page.moveCursor(QTextCursor.MoveOperation.End),
            "zoom": lambda: page.zoomed.emit(1),
            "narrower window": lambda: window.resize(window.width() * 2 // 3, window.height()),
            "another theme": lambda: self._inkling.settings.change(THEME, "dark"),
            "select all": page.selectAll,
            "copy all": page.copy,
            "paste over all": page.paste,
            "replace all": replace_all,
            "undo": page.undo,
        }

    async def _gap(self, act: Callable[[], object]) -> float:
        self._gaps.begin()
        act()
        await self._gaps.calm()
        return rounded(self._gaps.longest_ms)

    def _memory(self) -> float:
        """Return how much more memory the window takes than an empty one, in lengths of the file."""
        return rounded((resident() - self._empty) / self._bytes)


async def until(condition: Callable[[], bool]) -> None:
    """Return once a condition holds.

    Raises:
        TimeoutError: it does not come true.
    """
    async with asyncio.timeout(LONGEST_S):
        while not condition():
            await asyncio.sleep(0.005)


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    size: int = psutil.Process().memory_info().rss
    return size


def rounded(figure: float) -> float:
    """Return a figure as it is printed."""
    return round(figure, DIGITS)


def main(file: Path, model: Path) -> int:
    """Measure the window and return the exit status."""
    return_large_blocks()  # as the program does
    with tempfile.TemporaryDirectory() as folder:
        application = QApplication(sys.argv[:1])
        engines = EngineProcess(own_command(HOST_ENGINES))
        options = WindowOptions(model=model)
        inkling = Inkling(application, Paths.under(Path(folder)), options, engines.create_engine)
        probe = Probe(inkling, file)
        first_paint = FirstPaint(inkling.page.viewport())
        first_paint.happened.connect(lambda: inkling.tasks.start(probe.run(), "bench"))
        inkling.start()
        run_event_loop(application, inkling.window.close, inkling.tasks.cancel_all)
        end_program(inkling, engines)
    if probe.failure or "gap_ms" not in probe.figures:
        print(probe.failure or "The measurement failed.", file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(probe.figures), flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
