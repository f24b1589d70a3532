"""What two texts have in common: paragraphs of two texts, or words of two passages."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter

from app.writing_systems import COUNTED_BY_CHARACTERS

Match = tuple[int, int, int]  # begins here in the old sequence and there in the new one, and is so long

ROUNDS = 8  # how often what lies between two matches is looked at more closely
PAIRS = 10_000  # of equal elements, that are weighed at once: so many, and half as many as there are elements
LARGEST = 16_000_000  # characters that are split into words at once, in both texts

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_PUNCTUATION = r"!-/:-@\[-`{-~\u00a1\u00ab\u00b7\u00bb\u00bf\u2010-\u2027\u3000-\u303f\uff01-\uff0f"
_LETTERS = (
    rf"[^\s{_PUNCTUATION}{COUNTED_BY_CHARACTERS}]+"  # with their combining marks, which \w would leave out
)
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*|\n|[^\S\n]+|.")


def align_texts(old: str, new: str) -> list[Match]:
    """Return the stretches of characters that two texts have in common, cut between lines and words."""
    old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
    lines = _in_characters(align(old_lines, new_lines), old_lines, new_lines)
    found: list[Match] = []
    changed = gaps(lines, len(old), len(new))
    for (old_part, new_part), line in zip(changed, (*lines, None), strict=True):
        for begin, new_begin, length in align_words(old[old_part], new[new_part]):
            found.append((old_part.start + begin, new_part.start + new_begin, length))
        if line is not None:
            found.append(line)
    return found


def align_words(old: str, new: str) -> list[Match]:
    """Return the stretches of characters that two passages have in common, cut between words.

    Passages that are too large for that have nothing in common.
    """
    if len(old) + len(new) > LARGEST:
        return []
    known: dict[str, str] = {}  # a million words are some twenty thousand different ones
    old_words, new_words = (
        [known.setdefault(match[0], match[0]) for match in _WORD.finditer(text)] for text in (old, new)
    )
    return _in_characters(align(old_words, new_words), old_words, new_words)


def align(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Return what two sequences have in common, in order.

    Elements that are rare in both are matched first, then those between two of them, some rounds deep. What
    is not clear by then counts as changed. So the cost is bounded by the length, whatever they hold.
    """
    alignment = _Alignment(old, new)
    alignment.fill(range(len(old)), range(len(new)), ROUNDS)
    return alignment.matches


def gaps(matches: Iterable[Match], old_length: int, new_length: int) -> Iterator[tuple[slice, slice]]:
    """Yield what lies in front of each match, and behind the last one; any of it may be empty."""
    old_end = new_end = 0
    for old_begin, new_begin, length in (*matches, (old_length, new_length, 0)):
        yield slice(old_end, old_begin), slice(new_end, new_begin)
        old_end, new_end = old_begin + length, new_begin + length


def is_telling(element: str) -> bool:
    """Tell whether it holds a letter or digit; one blank line or comma is like any other."""
    return any(map(str.isalnum, element))


def _in_characters(matches: Iterable[Match], old: Iterable[str], new: Iterable[str]) -> list[Match]:
    begins, new_begins = (
        list(accumulate((len(piece) for piece in pieces), initial=0)) for pieces in (old, new)
    )
    return [(begins[i], new_begins[j], begins[i + length] - begins[i]) for i, j, length in matches]


class _Alignment:
    """Two sequences and the matches found so far, in order."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old = old
        self._new = new
        self.matches: list[Match] = []

    def fill(self, old: range, new: range, rounds: int) -> None:
        """Add what two gaps, behind all the matches so far, have in common."""
        old, new = self._match_head(old, new)
        tail = self._alike(old[::-1], new[::-1])
        old_tail, new_tail = old[len(old) - tail :], new[len(new) - tail :]
        old, new = old[: len(old) - tail], new[: len(new) - tail]
        anchors = self._anchors(old, new) if rounds and old and new else []
        for i, j in anchors:
            if i in old and j in new:  # else the match in front reached across it
                self.fill(range(old.start, i), range(new.start, j), rounds - 1)
                old, new = self._match_head(range(i, old.stop), range(j, new.stop))
        if anchors:
            self.fill(old, new, rounds - 1)
        self._match_head(old_tail, new_tail)

    def _match_head(self, old: range, new: range) -> tuple[range, range]:
        """Add the match that two gaps begin with, and return what is left of them."""
        length = self._alike(old, new)
        if length:
            begin, new_begin, before = self.matches[-1] if self.matches else (0, 0, 0)
            if (begin + before, new_begin + before) == (old.start, new.start) and before:
                self.matches[-1] = (begin, new_begin, before + length)
            else:
                self.matches.append((old.start, new.start, length))
        return old[length:], new[length:]

    def _alike(self, old: range, new: range) -> int:
        """Return with how many equal elements two gaps begin."""
        pairs = enumerate(zip(old, new, strict=False))
        different = (n for n, (i, j) in pairs if self._old[i] != self._new[j])
        return next(different, min(len(old), len(new)))

    def _anchors(self, old: range, new: range) -> list[tuple[int, int]]:
        """Return the longest chain of equal elements, the rarest of them as far as the budget goes."""
        counts = Counter(self._old[i] for i in old)  # counting a list would keep all other threads waiting
        new_counts = Counter(self._new[j] for j in new)
        common = [(n * counts[e], e) for e, n in new_counts.items() if e in counts and is_telling(e)]
        budget = PAIRS + (len(old) + len(new)) // 2
        places: dict[str, list[int]] = {}
        for pairs, element in sorted(common, key=itemgetter(0)):
            budget -= pairs
            if budget < 0:
                break
            places[element] = []
        for j in new:
            if self._new[j] in places:
                places[self._new[j]].append(j)
        return _longest_chain((i, places[self._old[i]]) for i in old if self._old[i] in places)


def _longest_chain(pairs: Iterable[tuple[int, list[int]]]) -> list[tuple[int, int]]:
    """Return as many pairs as there can be that rise in both numbers.

    Args:
        pairs: numbers, rising, each with those that it may be paired with, rising too.
    """
    ends: list[int] = []  # for each length, the smallest number that a chain of it ends with, and
    heads: list[int] = []  # which pair that is
    first: list[int] = []  # of each pair, as the next
    second: list[int] = []
    before: list[int] = []  # which pair is in front of it
    for i, partners in pairs:
        for j in reversed(partners):  # from the largest, so that no chain holds i twice
            length = bisect_left(ends, j)
            ends[length : length + 1] = [j]
            before.append(heads[length - 1] if length else -1)
            heads[length : length + 1] = [len(first)]
            first.append(i)
            second.append(j)
    chosen = []
    pair = heads[-1] if heads else -1
    while pair >= 0:
        chosen.append((first[pair], second[pair]))
        pair = before[pair]
    return chosen[::-1]
