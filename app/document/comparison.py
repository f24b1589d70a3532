"""Two texts side by side: which paragraphs are the same, and which words of the others changed."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest

from app.document.alignment import align, align_words, gaps, is_telling

Span = tuple[int, int]  # from one code point of a paragraph to another

LONGEST = 4_000  # characters of a paragraph; a longer one counts as several, cut behind sentences
LIKE = 0.35  # of the letters of two paragraphs that have to be the same for them to stand side by side

_PASSAGE = re.compile(r".{400,4000}?[.!?…。！？][\"”’»)」』]*\s*|.{1,4000}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """Two paragraphs that stand side by side, or one that the other text lacks.

    removed, added: the words of the old and of the new paragraph that the other one does not have.
    """

    old: str | None
    new: str | None
    removed: tuple[Span, ...] = ()
    added: tuple[Span, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether both texts have this paragraph."""
        return self.old == self.new


def compare(old: str, new: str) -> list[Row]:
    """Compare two texts, whose lines end in line feeds; the rows of each side, in order, are its text."""
    old_paragraphs, new_paragraphs = _paragraphs(old), _paragraphs(new)
    matches = align(old_paragraphs, new_paragraphs)
    changed = gaps(matches, len(old_paragraphs), len(new_paragraphs))
    rows: list[Row] = []
    for (old_slice, new_slice), (begin, _, length) in zip(changed, (*matches, (0, 0, 0)), strict=True):
        rows += _compare_passages(old_paragraphs[old_slice], new_paragraphs[new_slice])
        rows += [Row(paragraph, paragraph) for paragraph in old_paragraphs[begin : begin + length]]
    return rows


def differences(rows: Sequence[Row]) -> list[range]:
    """Return the places where the texts differ, as ranges of rows."""
    found: list[range] = []
    for number, row in enumerate(rows):
        if not row.is_unchanged:
            begin = found.pop().start if found and found[-1].stop == number else number
            found.append(range(begin, number + 1))
    return found


def _paragraphs(text: str) -> list[str]:
    """Return the lines of a text, none for one that is empty."""
    paragraphs: list[str] = []
    for line in text.split("\n") if text else ():
        paragraphs += [line] if len(line) <= LONGEST else _PASSAGE.findall(line)
    return paragraphs


def _compare_passages(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of paragraphs that all changed: those that are alike side by side, in order."""
    partners = _partners(old, new) if old and new else []
    changed = gaps(((i, j, 1) for i, j in partners), len(old), len(new))
    for (old_slice, new_slice), partner in zip(changed, (*partners, None), strict=True):
        for before, after in zip_longest(old[old_slice], new[new_slice]):
            yield Row(before, after, _whole(before), _whole(after))
        if partner is not None:
            yield _row(old[partner[0]], new[partner[1]])


def _partners(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which paragraphs are alike, those first that have most letters in common."""
    shared: Counter[tuple[int, int]] = Counter()
    for i, j, stretch in _stretches(old, new):
        shared[i, j] += _letters(stretch)
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for (i, j), letters in shared.most_common():
        is_like = 2 * letters >= LIKE * (_letters(old[i]) + _letters(new[j]))
        if is_like and i not in partners and j not in taken:
            partners[i] = j
            taken.add(j)
    return sorted(partners.items())


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield what paragraphs have in common: which two they are, and the words."""
    text, new_text = "\n".join(old), "\n".join(new)
    ends, new_ends = (list(accumulate(len(paragraph) + 1 for paragraph in side)) for side in (old, new))
    for begin, new_begin, length in align_words(text, new_text):
        end = begin + length
        while begin < end:
            i, j = bisect_right(ends, begin), bisect_right(new_ends, new_begin)
            part = min(end - begin, ends[i] - begin, new_ends[j] - new_begin)
            yield i, j, text[begin : begin + part]
            begin, new_begin = begin + part, new_begin + part


def _row(old: str, new: str) -> Row:
    """Return two paragraphs side by side; a comma or space alone between changed words has changed too."""
    edges = ((0, 0), (len(old), len(new)))
    kept = [
        (begin, new_begin, length)
        for begin, new_begin, length in align_words(old, new)
        if is_telling(old[begin : begin + length])
        or (begin, new_begin) in edges
        or (begin + length, new_begin + length) in edges
    ]
    changed = list(gaps(kept, len(old), len(new)))
    return Row(old, new, _spans(part for part, _ in changed), _spans(part for _, part in changed))


def _spans(parts: Iterable[slice]) -> tuple[Span, ...]:
    return tuple((part.start, part.stop) for part in parts if part.start < part.stop)


def _whole(paragraph: str | None) -> tuple[Span, ...]:
    return ((0, len(paragraph)),) if paragraph else ()


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
