"""Something worked out for every paragraph, kept up to date while the writer types."""

from collections.abc import Callable
from time import perf_counter
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QTextBlock, QTextDocument

T = TypeVar("T")

SLICE_S = 0.008  # half a frame
REST_MS = 100  # typing goes on undisturbed; the work waits for a short rest


class BlockIndex(QObject, Generic[T]):
    """Holds `measure(block)` of each block; works in slices between events and only on what changed.

    Args:
        document: whose blocks are measured.
        measure: works out the value of one block; never `None`.
    """

    completed = Signal()

    def __init__(
        self, document: QTextDocument, measure: Callable[[QTextBlock], T], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._measure = measure
        self._values: list[T | None] = []
        self._first_unknown = 0  # no block before this one is unknown
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.advance)
        document.contentsChange.connect(self._on_contents_change)
        self.restart(measure)

    @property
    def is_complete(self) -> bool:
        """Whether every block has its value."""
        return self._first_unknown >= len(self._values)

    def values(self, first: int = 0, end: int | None = None) -> list[T]:
        """Return the values of the blocks `first` to `end`, half open, without the unknown ones."""
        return [value for value in self._values[first:end] if value is not None]

    def at(self, number: int) -> T | None:
        """Return the value of one block, or `None` while it is unknown."""
        return self._values[number] if 0 <= number < len(self._values) else None

    def restart(self, measure: Callable[[QTextBlock], T]) -> None:
        """Forget everything and work it out anew with `measure`."""
        self._measure = measure
        self._values = [None] * self._document.blockCount()
        self._first_unknown = 0
        self._timer.start(0)

    def finish(self) -> None:
        """Work out at once what is unknown."""
        while not self.is_complete:
            self.advance()

    @Slot()
    def advance(self) -> None:
        """Work for one slice of time; tell when everything is known."""
        end = perf_counter() + SLICE_S
        try:
            while perf_counter() < end:
                number = self._values.index(None, self._first_unknown)
                self._values[number] = self._measure(self._document.findBlockByNumber(number))
                self._first_unknown = number + 1
        except ValueError:
            self._first_unknown = len(self._values)
            self._timer.stop()
            self.completed.emit()
        else:
            self._timer.start(0)

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        count = self._document.blockCount()
        first = max(self._document.findBlock(position).blockNumber(), 0)
        last = self._document.findBlock(position + added).blockNumber()
        end = (last if last >= first else count - 1) + 1
        grown = count - len(self._values)
        self._values[first : max(end - grown, first)] = [None] * (end - first)
        if len(self._values) != count:
            self._values, first = [None] * count, 0
        self._first_unknown = min(self._first_unknown, first)
        self._timer.start(REST_MS)
