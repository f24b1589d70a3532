"""Two manuscripts as one edit that leads from one to the other."""

from collections.abc import Iterable

from app.document.manuscript import Edit, Manuscript, Run


def only_edit(old: Manuscript, new: Manuscript) -> Edit | None:
    """Return the shortest edit that makes `new` of `old`; None where both are the same."""
    if old == new:
        return None
    shortest = min(len(old.text), len(new.text))
    head = min(_same_text(old.text, new.text, shortest), _same_runs(old.runs, new.runs))
    rest = shortest - head
    tail = min(_same_tail(old.text, new.text, rest), _same_runs(reversed(old.runs), reversed(new.runs)), rest)
    removed = old.text[head : len(old.text) - tail]
    inserted = Manuscript.of(
        new.text[head : len(new.text) - tail], _within(new.runs, head, len(new.text) - tail)
    )
    return Edit(_units(old.text[:head]), _units(removed), inserted)


def _same_text(old: str, new: str, most: int) -> int:
    """Return how many characters both have in common from the beginning; comparing slices is quick."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if old[least:middle] == new[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _same_tail(old: str, new: str, most: int) -> int:
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if old[len(old) - middle : len(old) - least] == new[len(new) - middle : len(new) - least]:
            least = middle
        else:
            most = middle - 1
    return least


def _same_runs(old: Iterable[Run], new: Iterable[Run]) -> int:
    """Return for how many characters both have the same sources."""
    same = 0
    for (old_length, old_source), (new_length, new_source) in zip(old, new, strict=False):
        if old_source != new_source:
            break
        same += min(old_length, new_length)
        if old_length != new_length:
            break
    return same


def _within(runs: Iterable[Run], begin: int, end: int) -> list[Run]:
    """Return the runs of the characters from `begin` to `end`."""
    found, position = [], 0
    for length, source in runs:
        first, last = max(begin, position), min(end, position + length)
        if first < last:
            found.append((last - first, source))
        position += length
    return found


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
