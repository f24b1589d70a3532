"""Who wrote what, carried over to a text that another program changed."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from app.document.alignment import align_texts, gaps
from app.document.manuscript import EARLIER, Manuscript, Run


def carry_over(old: Manuscript, text: str) -> Manuscript:
    """Return `text` with the runs of `old` for what is unchanged; the rest counts as EARLIER."""
    begins = list(accumulate((length for length, _ in old.runs), initial=0))
    kept = align_texts(old.text, text)
    runs: list[Run] = []
    changed = gaps(kept, len(old.text), len(text))
    for (_, new), (begin, _, length) in zip(changed, (*kept, (0, 0, 0)), strict=True):
        runs.append((new.stop - new.start, EARLIER))
        runs += _between(old.runs, begins, begin, begin + length)
    return Manuscript.of(text, runs)


def _between(runs: Sequence[Run], begins: Sequence[int], begin: int, end: int) -> Iterator[Run]:
    """Yield the runs from one character to another; `begins` says where each of them begins."""
    number = bisect_right(begins, begin) - 1
    while begin < end:
        run_end = min(begins[number + 1], end)
        yield run_end - begin, runs[number][1]
        begin, number = run_end, number + 1
