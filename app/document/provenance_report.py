"""How much of a text comes from whom: counted, and written down for others. It never quotes the text."""

import hashlib
import json
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, pairwise

from app.document.manuscript import Author, Manuscript, Source
from app.document.statistics import count_characters, count_words, word_starts

ORDER = (Author.WRITER, Author.CONTINUATION, Author.WORD, Author.PASTED, Author.EARLIER)

_RULES = """\
A word counts for whoever wrote its first letter. Text that is copied within Inkling keeps its source.

“There earlier” is what stood in the file before Inkling took note of who writes, and what another program
put into it: nobody can say any more who wrote it.
"""


@dataclass(frozen=True)
class Tally:
    """What was counted in a text or a part of it; the time at which somebody wrote makes no difference.

    A word belongs to whoever wrote its first letter. Line ends are no characters.
    """

    words: Counter[Source] = field(default_factory=Counter)
    characters: Counter[Source] = field(default_factory=Counter)
    paragraphs: int = 0

    def sources(self) -> list[Source]:
        """Return whoever wrote anything, the writer first; of several models the busiest first."""
        return sorted(
            (source for source, count in self.characters.items() if count),
            key=lambda source: (ORDER.index(source.author), -self.words[source], source.model),
        )


def tally(manuscript: Manuscript) -> Tally:
    """Count the words and characters of each source."""
    text = manuscript.text
    counted = Tally(paragraphs=sum(1 for line in text.split("\n") if line.strip()))
    begin = 0
    for (length, source), words in zip(manuscript.runs, _words_of_runs(manuscript), strict=True):
        who = Source(source.author, source.model)
        counted.words[who] += words
        counted.characters[who] += count_characters(text[begin : begin + length])
        begin += length
    return counted


def added(tallies: Iterable[Tally]) -> Tally:
    """Return what was counted in several texts together."""
    words: Counter[Source] = Counter()
    characters: Counter[Source] = Counter()
    paragraphs = 0
    for one in tallies:
        words.update(one.words)
        characters.update(one.characters)
        paragraphs += one.paragraphs
    return Tally(words, characters, paragraphs)


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal; what is not all or nothing is never shown as all or nothing."""
    if part in (0, whole):
        return "100 %" if part else "0 %"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f} %"


def as_json(manuscript: Manuscript, name: str, when: datetime) -> str:
    """Return who wrote each span, and how much that is in all.

    Args:
        manuscript: the text and its runs; only the text's fingerprint is written down.
        name: what the document is called.
        when: the time that the report is of.
    """
    counted = tally(manuscript)
    content = {
        "format": "inkling-provenance",
        "version": 1,
        "document": name,
        "when": _in_utc(when).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sha256": hashlib.sha256(manuscript.text.encode("utf-8", "replace")).hexdigest(),
        "unit": "code points; lines end in line feeds",
        "totals": {
            "words": counted.words.total(),
            "characters": counted.characters.total(),
            "sources": [
                {
                    "author": source.author.value,
                    "model": source.model,
                    "words": counted.words[source],
                    "characters": counted.characters[source],
                }
                for source in counted.sources()
            ],
        },
        "spans": list(_spans(manuscript)),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_markdown(manuscript: Manuscript, name: str, when: datetime) -> str:
    """Return a note for people; the arguments are those of `as_json`."""
    counted = tally(manuscript)
    words = counted.words.total()
    by_hand = counted.words[Source(Author.WRITER)]
    lines = [
        f"# Who wrote “{_plain(name)}”",
        "",
        f"Of {words:,} words, {by_hand:,} ({percent(by_hand, words)}) were typed by hand, as of "
        f"{_in_utc(when):%d %B %Y, %H:%M} UTC.",
        "",
        "| Source | Words | Share | Characters |",
        "| --- | ---: | ---: | ---: |",
    ]
    for source in counted.sources():
        count, characters = counted.words[source], counted.characters[source]
        title = _plain(_title(source))
        lines.append(f"| {title} | {count:,} | {percent(count, words)} | {characters:,} |")
    lines += [f"| All | {words:,} | | {counted.characters.total():,} |", "", _RULES]
    return "\n".join(lines)


def _words_of_runs(manuscript: Manuscript) -> list[int]:
    if len(manuscript.runs) == 1:
        return [count_words(manuscript.text)]
    starts = array("L", word_starts(manuscript.text))
    ends = accumulate(length for length, _ in manuscript.runs)
    return [last - first for first, last in pairwise([0, *(bisect_left(starts, end) for end in ends)])]


def _spans(manuscript: Manuscript) -> Iterable[dict[str, object]]:
    begin = 0
    for length, source in manuscript.runs:
        yield {
            "start": begin,
            "end": begin + length,
            "author": source.author.value,
            "model": source.model,
            "when": source.when,
        }
        begin += length


def _title(source: Source) -> str:
    titles = {
        Author.WRITER: "Typed by hand",
        Author.CONTINUATION: f"Continued by {source.model}" if source.model else "Continued by a model",
        Author.WORD: f"Other words from {source.model}" if source.model else "Other words",
        Author.PASTED: "Pasted",
        Author.EARLIER: "There earlier",
    }
    return titles[source.author]


def _in_utc(when: datetime) -> datetime:
    return when.astimezone(UTC)


def _plain(text: str) -> str:
    """Return `text` on one line, without what Markdown would take for a mark."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in " ".join(text.split()))
