"""A text together with who wrote each part of it."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import Any


class Author(Enum):
    """Whose words they are."""

    EARLIER = "earlier"  # they were in the file already, or another program put them there
    WRITER = "writer"  # typed by hand
    CONTINUATION = "continuation"  # streamed, or taken from ghost text
    WORD = "word"  # chosen from the other words
    PASTED = "pasted"


@dataclass(frozen=True)
class Source:
    """Where a passage comes from.

    author: whose words they are.
    model: the title of the model that wrote them; empty where none did.
    when: the second in UTC, as ISO 8601 has it (“2026-11-22T21:30:00Z”); empty where nobody knows.
    """

    author: Author
    model: str = ""
    when: str = ""


EARLIER = Source(Author.EARLIER)
WRITER = Source(Author.WRITER)

Run = tuple[int, Source]  # so many characters (code points), one after the other, from one source


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the same runs without empty ones, and with neighbours of one source as one."""
    groups = groupby((run for run in runs if run[0] > 0), key=itemgetter(1))
    return tuple((sum(length for length, _ in group), source) for source, group in groups)


def runs_to_json(runs: Iterable[Run]) -> dict[str, Any]:
    """Return runs as JSON can hold them: each source once, each run as its length and a source's number."""
    numbers: dict[Source, int] = {}
    lengths = [[length, numbers.setdefault(source, len(numbers))] for length, source in runs]
    sources = [{"author": s.author.value, "model": s.model, "when": s.when} for s in numbers]
    return {"sources": sources, "runs": lengths}


def runs_from_json(content: Mapping[str, Any]) -> tuple[Run, ...]:
    """Return the runs that `runs_to_json` wrote.

    Raises:
        ValueError: it did not write this.
    """
    try:
        sources = [Source(Author(s["author"]), str(s["model"]), str(s["when"])) for s in content["sources"]]
        if any(length < 0 or number < 0 for length, number in content["runs"]):
            raise ValueError("a run is of negative length")
        return joined((int(length), sources[number]) for length, number in content["runs"])
    except (KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("these are not the runs of a manuscript") from error


@dataclass(frozen=True)
class Manuscript:
    """A text and its runs, which cover it from beginning to end.

    text: lines end in line feeds.
    runs: no run is empty, and no two neighbours have the same source.
    """

    text: str = field(default="", repr=False)
    runs: tuple[Run, ...] = ()

    @classmethod
    def of_one(cls, text: str, source: Source = EARLIER) -> "Manuscript":
        """Return a text that comes from one source."""
        return cls(text, ((len(text), source),) if text else ())

    @classmethod
    def of(cls, text: str, runs: Iterable[Run]) -> "Manuscript":
        """Return a text with its runs.

        Raises:
            ValueError: the runs are longer or shorter than the text.
        """
        runs = joined(runs)
        if sum(length for length, _ in runs) != len(text):
            raise ValueError("the runs do not cover the text")
        return cls(text, runs)


@dataclass(frozen=True)
class Edit:
    """One change of a manuscript.

    position, removed: where, and how much is taken out there, in UTF-16 code units as Qt counts.
    inserted: what is put there.
    """

    position: int
    removed: int
    inserted: Manuscript


class EditedManuscript:
    """A manuscript that edits are carried out on, as many as one likes.

    It holds two buffers of two bytes for each UTF-16 code unit, the text and the number of its source, and
    cuts both the same way.
    """

    def __init__(self, manuscript: Manuscript) -> None:
        self._sources: dict[Source, int] = {}
        self._text, self._authors = self._buffers(manuscript)

    def apply(self, edit: Edit) -> None:
        """Carry out one edit.

        Raises:
            ValueError: the text is shorter than the edit says.
        """
        begin, end = 2 * edit.position, 2 * (edit.position + edit.removed)
        if not 0 <= begin <= end <= len(self._text):
            raise ValueError("the edit lies outside of the text")
        self._text[begin:end], self._authors[begin:end] = self._buffers(edit.inserted)

    def manuscript(self, halves: str = "replace") -> Manuscript:
        """Return what has come of it.

        Args:
            halves: what becomes of half a surrogate pair: by “replace” U+FFFD, by “surrogatepass” it stays.
        """
        sources = list(self._sources)
        runs: list[Run] = []
        pieces: list[str] = []
        begin = 0
        for number, group in groupby(memoryview(self._authors).cast("H")):
            end = begin + 2 * sum(1 for _ in group)
            pieces.append(self._text[begin:end].decode("utf-16-le", halves))
            runs.append((len(pieces[-1]), sources[number]))
            begin = end
        return Manuscript.of("".join(pieces), runs)

    def _buffers(self, manuscript: Manuscript) -> tuple[bytearray, bytearray]:
        text, authors = bytearray(), bytearray()
        begin = 0
        for length, source in manuscript.runs:
            units = manuscript.text[begin : begin + length].encode("utf-16-le", "surrogatepass")
            number = self._sources.setdefault(source, len(self._sources))
            text += units
            authors += number.to_bytes(2, sys.byteorder) * (len(units) // 2)
            begin += length
        return text, authors
