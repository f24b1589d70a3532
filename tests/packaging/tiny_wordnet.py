"""A handful of synsets, written as the database files of WordNet."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

FILES = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
LICENCE = "  1 This software and database is being provided to you, the LICENSEE, by  \n  2   \n"


@dataclass(frozen=True)
class Entry:
    """A synset: its lemmas as the files write them, and pointers (symbol, first lemma of the other, ends)."""

    part: str
    lemmas: str
    pointers: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.lemmas.split(" ")[0]


SYNSETS = [
    Entry("n", "mouse", [("@", "rodent", "0000")]),
    Entry("n", "rodent gnawer", [("~", "mouse", "0000")]),
    Entry("n", "man"),
    Entry("n", "boss"),
    Entry("n", "Bos"),
    Entry("n", "helium He"),
    Entry("n", "Paris"),
    Entry("n", "engine"),
    Entry("n", "fire_engine"),
    Entry("n", "bull's_eye"),
    Entry("v", "walk", [("@", "go", "0000")]),
    Entry("v", "go move", [("~", "walk", "0000"), ("~", "stroll", "0000")]),
    Entry("v", "stroll amble", [("@", "go", "0000")]),
    Entry("v", "stop halt", [("!", "start", "0101")]),
    Entry("v", "start begin", [("!", "stop", "0101")]),
    Entry("v", "end stop"),
    Entry("v", "pass"),
    Entry("v", "be"),
    Entry("v", "fire"),
    Entry("v", "point"),
    Entry("v", "see"),
    Entry("v", "point_out indicate"),
    Entry("v", "see_to"),
    Entry("a", "heavy", [("!", "light", "0101"), ("&", "hefty", "0000"), ("&", "leaden", "0000")]),
    Entry("s", "hefty(p)", [("&", "heavy", "0000")]),
    Entry("s", "leaden", [("&", "heavy", "0000")]),
    Entry("a", "light", [("!", "heavy", "0101")]),
    Entry("a", "big large", [("!", "small", "0102"), ("!", "small", "0201")]),
    Entry("a", "small little", [("!", "big", "0201"), ("!", "big", "0102")]),
    Entry("r", "quickly"),
    Entry("r", "well"),
]
EXCEPTIONS = {
    "noun": "men man\nmice mouse\n",
    "verb": "gone go\nwas be\nwere be\nwent go\n",
    "adj": "",
    "adv": "better well\n",
}
MOBY = "Stroll,walk,march,go\r\nwalk,stroll,march,go\r\nhalt,stop,,cease\r\n\r\nkeep quiet,halt\r\n"


def write_wordnet(folder: Path) -> Path:
    """Write index, data and exception files of all parts of speech."""
    folder.mkdir()
    for name in EXCEPTIONS:
        synsets = [synset for synset in SYNSETS if FILES[synset.part] == name]
        # A line is as long whatever the offsets in it are.
        lines = [_line(synset, defaultdict(int)) for synset in synsets]
        begins = [len(LICENCE) + sum(map(len, lines[:place])) for place in range(len(lines))]
        offsets = {synset.name: begin for synset, begin in zip(synsets, begins, strict=True)}
        data = LICENCE + "".join(_line(synset, offsets) for synset in synsets)
        (folder / f"data.{name}").write_text(data)
        (folder / f"index.{name}").write_text(LICENCE + _index(synsets, offsets))
        (folder / f"{name}.exc").write_text(EXCEPTIONS[name])
    return folder


def _line(synset: Entry, offsets: dict[str, int]) -> str:
    words = synset.lemmas.split(" ")
    others = {other.name: other.part for other in SYNSETS}
    pointers = "".join(
        f" {symbol} {offsets[_key(other)]:08} {others[_key(other)]} {ends}"
        for symbol, other, ends in synset.pointers
    )
    head = f"{offsets[synset.name]:08} 00 {synset.part} {len(words):02x}"
    frames = " 01 + 02 00" if synset.part == "v" else ""
    lemmas = "".join(f" {word} 0" for word in words)
    return f"{head}{lemmas} {len(synset.pointers):03}{pointers}{frames} | a gloss; with 00000017 in it  \n"


def _key(first: str) -> str:
    return next(synset.name for synset in SYNSETS if synset.name.partition("(")[0] == first)


def _index(synsets: list[Entry], offsets: dict[str, int]) -> str:
    senses: dict[str, list[int]] = defaultdict(list)
    for synset in synsets:
        for word in synset.lemmas.split(" "):
            senses[word.partition("(")[0].lower()].append(offsets[synset.name])
    part = synsets[0].part
    return "".join(
        f"{lemma} {part} {len(found)} 2 @ ~ {len(found)} 0 {' '.join(f'{o:08}' for o in found)}  \n"
        for lemma, found in sorted(senses.items())
    )
