"""WordNet 3.0 from its database files (Debian: wordnet-base): lemmas, relations, irregular forms.

Format: wndb(5WN) and morphy(7WN) of WordNet 3.0, Princeton University.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import InklingError

PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
SYNTACTIC_MARK = re.compile(r"\([a-z]+\)$")  # of adjectives: "galore(ip)"
# morphy's rules of detachment, and the doubled consonant that it leaves to its exception lists.
ENDINGS = {
    "n": (("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
          ("men", "man"), ("ies", "y")),
    "v": (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"),
          ("ing", "")),
    "a": (("er", ""), ("est", ""), ("er", "e"), ("est", "e"), ("ier", "y"), ("iest", "y")),
    "r": (),
}  # fmt: skip


@dataclass(frozen=True)
class Synset:
    """Lemmas that mean the same, and pointers to others: (symbol, synset, own lemma, its lemma).

    Lemmas are counted from 1 in pointers; 0 is all of them.
    """

    lemmas: list[str]
    pointers: list[tuple[str, tuple[str, int], int, int]]


@dataclass
class WordNet:
    """senses: the synsets of a lemma by part of speech ("n", "v", "a", "r"), most frequent first.

    Senses that are written with a capital are left out: "he" is no helium, "march" no month.
    """

    senses: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    synsets: dict[tuple[str, int], Synset] = field(default_factory=dict)
    irregular: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "WordNet":
        """Read the database in `folder`.

        Raises:
            InklingError: it is not there.
        """
        net = cls()
        for part, name in PARTS.items():
            try:
                synsets = dict(_synsets(folder / f"data.{name}"))
                net.synsets |= {(part, offset): synset for offset, synset in synsets.items()}
                small = (
                    (lemma, [offset for offset in offsets if lemma in synsets[offset].lemmas])
                    for lemma, offsets in _senses(folder / f"index.{name}")
                )
                net.senses[part] = {lemma: offsets for lemma, offsets in small if offsets}
                net.irregular[part] = _irregular(folder / f"{name}.exc")
            except OSError as error:
                raise InklingError(
                    f"There is no WordNet in {folder}.", "On Debian it comes with wordnet-base."
                ) from error
        return net

    def lemmas(self, word: str, part: str) -> list[str]:
        """Return the lemmas of which `word` may be a form (morphy), itself first."""
        known = self.senses[part]
        found = [word] if word in known else []
        found += [lemma for lemma in self.irregular[part].get(word, ()) if lemma in known]
        for ending, put in ENDINGS[part]:
            stem = word.removesuffix(ending)
            if len(stem) < 2 or stem == word or (part == "n" and word.endswith("ss")):
                continue
            found += [stem + put] if stem + put in known else []
            if not put and stem[-1] == stem[-2] and stem[:-1] in known and part in "va":
                found.append(stem[:-1])
        return list(dict.fromkeys(found))

    def synsets_of(self, lemma: str, part: str) -> Iterator[tuple[int, Synset]]:
        """Yield the synsets of a lemma with their ranks, the most frequent sense first."""
        for rank, offset in enumerate(self.senses[part].get(lemma, ())):
            yield rank, self.synsets[part, offset]

    def all_lemmas(self) -> set[str]:
        """Return the lemmas of all parts of speech."""
        return {lemma for senses in self.senses.values() for lemma in senses}


def _senses(file: Path) -> Iterator[tuple[str, list[int]]]:
    for line in _lines(file):
        fields = line.split()
        yield fields[0].replace("_", " "), [int(offset) for offset in fields[-int(fields[2]) :]]


def _synsets(file: Path) -> Iterator[tuple[int, Synset]]:
    for line in _lines(file):
        fields = line.partition("|")[0].split()
        count = int(fields[3], 16)
        lemmas = [SYNTACTIC_MARK.sub("", word).replace("_", " ") for word in fields[4 : 4 + 2 * count : 2]]
        first = 5 + 2 * count
        pointers = []
        for place in range(first, first + 4 * int(fields[first - 1]), 4):
            symbol, offset, part, ends = fields[place : place + 4]
            target = ("a" if part == "s" else part, int(offset))
            pointers.append((symbol, target, int(ends[:2], 16), int(ends[2:], 16)))
        yield int(fields[0]), Synset(lemmas, pointers)


def _irregular(file: Path) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = defaultdict(list)
    for line in _lines(file):
        form, *lemmas = (word.replace("_", " ") for word in line.split())
        forms[form] += lemmas
    return dict(forms)


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from (line for line in lines if not line.startswith(" "))  # the licence is indented
