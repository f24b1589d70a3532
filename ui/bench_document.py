"""Measures the real window with a long text in it: `python -m ui.bench_document FILE MODEL`.

The window keeps its own files in a folder that is gone afterwards; MODEL is the causal model’s folder. Prints
one JSON object, with times in milliseconds.
"""

import asyncio
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import psutil
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit

from app.cli.percentiles import DIGITS, percentile
from app.large_blocks import return_large_blocks
from app.settings import THEME
from ui.application import Inkling
from ui.bench_frame import Figures, Ticks, measure_window, press, until
from ui.first_paint import FirstPaint

TYPED = "The old man walked on, “and the lamp — he said — was not lit.” "
KEYS = 100  # in each place
KEY_S = 0.01  # between two of them: faster than anybody types
QUERY = "harbour"
CALM_MS = 16  # event-loop gaps up to here are calm
CALM_S = 0.3  # so long, and what was begun is over


class Gaps(QObject):
    """Watches how long the event loop stands still."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ticks = Ticks(self)
        self._ticks.gap.connect(self._on_gap)
        self.longest_ms = 0.0
        self.stirred_at = 0.0  # end of the last gap that was not calm

    def begin(self) -> None:
        """Forget what was, and watch from now on."""
        self._ticks.begin()
        self.stirred_at = self._ticks.last
        self.longest_ms = 0.0

    async def calm(self) -> None:
        """Return once the loop has been calm for a while."""
        self.stirred_at = perf_counter()
        await until(lambda: self._ticks.last - self.stirred_at > CALM_S)

    @Slot(float)
    def _on_gap(self, gap_ms: float) -> None:
        self.longest_ms = max(self.longest_ms, gap_ms)
        if gap_ms > CALM_MS:
            self.stirred_at = self._ticks.last


class Probe:
    """Leads the window through a writer's work on a book."""

    def __init__(self, inkling: Inkling, file: Path) -> None:
        self._inkling = inkling
        self._page = inkling.page
        self._file = file
        self._bytes = file.stat().st_size
        self._gaps = Gaps(inkling)
        self._empty = 0  # bytes of memory that the window takes by itself

    async def measure(self) -> Figures:
        """Return all figures."""
        models = self._inkling.models
        self._gaps.begin()
        await until(lambda: not models.is_loading("causal") and not models.is_loading("masked"))
        await self._gaps.calm()
        gc.collect()
        self._empty = resident()
        memory: dict[str, float] = {}
        figures: Figures = {"open_ms": await self._open(), "memory_ratio": memory}
        memory["opened"] = self._memory()
        self._inkling.find_bar.open_find()
        self._inkling.find_bar.findChildren(QLineEdit)[0].setText(QUERY)
        await self._gaps.calm()
        figures["keystroke_ms"] = await self._keystrokes()
        memory["edited"] = self._memory()
        self._inkling.find_bar.close_bar()
        await self._scroll()
        memory["scrolled"] = self._memory()
        figures["save_gap_ms"] = await self._save()
        memory["saved"] = self._memory()
        figures["gap_ms"] = {name: await self._gap(act) for name, act in self._other_work().items()}
        return figures

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
        press(self._page, character)
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
    return measure_window(model, lambda inkling: Probe(inkling, file).measure())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
