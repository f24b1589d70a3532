"""Which rows of a comparison are shown; the others are folded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.document.comparison import Row, differences

CONTEXT = 1  # paragraphs that are shown in front of a difference and behind it, blank lines not counted
SHORTEST_FOLD = 3  # paragraphs; fewer take hardly more room than the words that would stand for them
PAGE_CHARACTERS = 60_000  # in both texts; Qt lays out some 300,000 in a second
UNFOLDED = 60  # rows that one click unfolds


@dataclass(frozen=True)
class Fold:
    """Rows that are not shown.

    paragraphs: how many of them are not blank; of those that changed, where there are any.
    """

    rows: range
    paragraphs: int
    is_unchanged: bool


class Folding:
    """The rows of a comparison, page by page: what differs, with a little around it.

    Args:
        rows: of the comparison.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.differences = differences(rows)
        self._told = [0, *accumulate(bool(row.old or row.new) for row in rows)]  # not blank, so far
        self._pages = list(self._paged(self._around_differences()))
        self._page = 0
        self._shown = self._pages[0] if self._pages else []

    def pieces(self) -> Iterator[range | Fold]:
        """Yield the rows that are shown and the folds between them, in order."""
        end = 0
        for part in self._shown:
            yield from self._folds(range(end, part.start))
            yield part
            end = part.stop
        yield from self._folds(range(end, len(self.rows)))

    def turn_to(self, row: int) -> bool:
        """Turn to the page with a row that changed, and return whether that is another one."""
        if any(row in part for part in self._shown):
            return False
        self._page = next(n for n, page in enumerate(self._pages) if any(row in part for part in page))
        self._shown = self._pages[self._page]
        return True

    def unfold(self, fold: Fold) -> int:
        """Show rows of a fold, beside those that are shown already, and return the first row to look at.

        Where the fold holds differences, this turns to the next page or the one before.
        """
        if not fold.is_unchanged:
            is_next = not self._shown or fold.rows.start >= self._shown[-1].stop
            self._page += 1 if is_next else -1
            self._shown = self._pages[self._page]
            return self._shown[0].start if is_next else self._shown[-1].stop - 1
        rows = fold.rows[-UNFOLDED:] if fold.rows.start == 0 else fold.rows[:UNFOLDED]
        self._shown = self._joined(sorted([*self._shown, rows], key=lambda part: part.start), 1)
        return rows.start

    def _folds(self, rows: range) -> Iterator[Fold]:
        if rows:
            changed = sum(not self.rows[number].is_unchanged for number in rows)
            yield Fold(rows, changed or self._paragraphs(rows.start, rows.stop), not changed)

    def _around_differences(self) -> list[range]:
        """Return the rows that differ, with those around them."""
        parts = [
            range(self._reach(part.start, -1), self._reach(part.stop - 1, 1) + 1) for part in self.differences
        ]
        end = len(self.rows)
        return [part for part in self._joined([range(0), *parts, range(end, end)], SHORTEST_FOLD) if part]

    def _reach(self, row: int, step: int) -> int:
        """Return how far the surroundings of a row reach in one direction."""
        wanted = CONTEXT
        while wanted and 0 <= row + step < len(self.rows):
            row += step
            wanted -= bool(self.rows[row].new)
        return row

    def _paged(self, parts: Iterable[range]) -> Iterator[list[range]]:
        page: list[range] = []
        room = PAGE_CHARACTERS
        for part in parts:
            begin = part.start
            for number in part:
                row = self.rows[number]
                size = len(row.old or "") + len(row.new or "")
                if size > room and (page or begin < number):
                    yield [*page, range(begin, number)] if begin < number else page
                    page, begin, room = [], number, PAGE_CHARACTERS
                room -= size
            page.append(range(begin, part.stop))
        if page:
            yield page

    def _joined(self, parts: Iterable[range], shortest: int) -> list[range]:
        """Return the parts, with those as one that have fewer paragraphs than `shortest` between them."""
        joined: list[range] = []
        for part in parts:
            if joined and self._paragraphs(joined[-1].stop, part.start) < shortest:
                joined[-1] = range(joined[-1].start, max(part.stop, joined[-1].stop))
            else:
                joined.append(part)
        return joined

    def _paragraphs(self, begin: int, end: int) -> int:
        """Return how many rows are not blank."""
        return self._told[end] - self._told[begin] if begin < end else 0
