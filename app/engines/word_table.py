"""What is known of tens of thousands of words before any sentence is read: vectors, forms, related words."""

from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property, reduce
from operator import or_
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from app.errors import InklingError

FILE_NAME = "word_table.safetensors"
SCALE = 127  # of the 8-bit vectors
ENDINGS = (  # of forms that the table does not hold, and what the lemma has in their place
    ("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"),
    ("ier", "y"), ("er", ""), ("er", "e"), ("iest", "y"), ("est", ""), ("est", "e"),
)  # fmt: skip


class Kind(IntFlag):
    """How two lemmas are related; a pair may be related in several ways."""

    SYNONYM = 1
    FIRST_SENSE = 2  # synonym or similar in the most frequent sense of the word
    SIMILAR = 4  # adjectives around one head, or the head itself
    NEAR_SIMILAR = 8  # adjectives around the same head
    BROADER = 16
    NARROWER = 32
    ANTONYM = 64
    LISTED = 128  # in one list of the Moby Thesaurus


class Form(IntFlag):
    """Which form of a lemma a word is."""

    NOUN = 1
    PLURAL = 2
    VERB = 4
    THIRD_PERSON = 8
    PAST = 16
    PARTICIPLE = 32
    GERUND = 64
    ADJECTIVE = 128
    COMPARATIVE = 256
    SUPERLATIVE = 512
    ADVERB = 1024


@dataclass(frozen=True)
class Forms:
    """Which entry is which form of which lemma: one row for each such fact.

    entries: [n], rising. lemmas: [n]. kinds: [n], `Form`.
    """

    entries: torch.Tensor
    lemmas: torch.Tensor
    kinds: torch.Tensor


@dataclass(frozen=True)
class Relations:
    """The lemmas that are related to each lemma: those of lemma i lie from offsets[i] to offsets[i + 1].

    offsets: [lemmas + 1]. lemmas: [n]. kinds: [n], `Kind`. overlap: [n], 0 to 255: how much of their lists in
    the Moby Thesaurus is the same.
    """

    offsets: torch.Tensor
    lemmas: torch.Tensor
    kinds: torch.Tensor
    overlap: torch.Tensor


@dataclass(frozen=True)
class WordTable:
    """Words and phrases with their decontextualised vectors (Wada et al., COLING 2022), forms and relations.

    An entry is a word as it is written, in small letters; several entries may be forms of one lemma, and one
    entry may be a form of several. Made by `packaging/word_model/make_table.py`.

    words: the entries.
    vectors: [entries, dimensions], float32, of length 1.
    centre: [hidden], the mean vector of all words, which is subtracted before a vector is projected.
    projection: [hidden, dimensions].
    log_frequency: [entries], natural logarithm of the count in the text that the table was made from.
    """

    words: list[str]
    lemmas: list[str]
    vectors: torch.Tensor
    centre: torch.Tensor
    projection: torch.Tensor
    log_frequency: torch.Tensor
    forms: Forms
    relations: Relations

    @classmethod
    def load(cls, folder: Path) -> "WordTable | None":
        """Read the table of the model in `folder`; None where it has none.

        Raises:
            InklingError: the file is damaged.
        """
        file = folder / FILE_NAME
        if not file.exists():
            return None
        try:
            tensors = load_file(file)
            vectors = tensors["vectors"].float()
            return cls(
                _lines(tensors["words"]),
                _lines(tensors["lemmas"]),
                torch.nn.functional.normalize(vectors, dim=-1),
                tensors["centre"],
                tensors["projection"],
                tensors["log_frequency"].float(),
                Forms(*(tensors[f"form_{name}"].long() for name in ("entries", "lemmas", "kinds"))),
                Relations(
                    *(tensors[f"related_{name}"].long() for name in ("offsets", "lemmas", "kinds", "overlap"))
                ),
            )
        except (KeyError, RuntimeError, SafetensorError, UnicodeDecodeError) as error:
            raise InklingError(
                f"The word table of the model in {folder} is damaged.", "Copy or install the model again."
            ) from error

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each entry."""
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def _lemma_index(self) -> dict[str, int]:
        return {lemma: place for place, lemma in enumerate(self.lemmas)}

    @cached_property
    def _lemmas_by_entry(self) -> list[list[int]]:
        lemmas: list[list[int]] = [[] for _ in self.words]
        for entry, lemma in zip(self.forms.entries.tolist(), self.forms.lemmas.tolist(), strict=True):
            lemmas[entry].append(lemma)
        return lemmas

    @cached_property
    def _forms_by_lemma(self) -> list[list[tuple[int, Form]]]:
        forms: list[list[tuple[int, Form]]] = [[] for _ in self.lemmas]
        facts = (column.tolist() for column in (self.forms.entries, self.forms.lemmas, self.forms.kinds))
        for entry, lemma, kind in zip(*facts, strict=True):
            forms[lemma].append((entry, Form(kind)))
        return forms

    @cached_property
    def _entries_by_lemma(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The forms of lemma i lie from offsets[i] to offsets[i + 1]: offsets, [lemmas + 1]; entries, [n]."""
        counts = self.forms.lemmas.bincount(minlength=len(self.lemmas))
        offsets = torch.nn.functional.pad(counts.cumsum(0), (1, 0))
        return offsets, self.forms.entries[self.forms.lemmas.argsort()]

    def lemmas_of(self, word: str) -> list[int]:
        """Return the numbers of the lemmas that `word` may be a form of; of an unknown form by its ending."""
        place = self.index.get(word)
        if place is not None:
            return self.lemmas_of_entry(place)
        stems = (word.removesuffix(ending) + put for ending, put in ENDINGS if word.endswith(ending))
        return [self._lemma_index[stem] for stem in (word, *stems) if stem in self._lemma_index]

    def forms_of(self, word: str) -> Form:
        """Return which forms a word may be; none where the table does not know it."""
        place = self.index.get(word)
        return Form(0) if place is None else self.forms_of_entry(place)

    def lemmas_of_entry(self, entry: int) -> list[int]:
        """Return the numbers of the lemmas that an entry may be a form of."""
        return self._lemmas_by_entry[entry]

    def forms_of_entry(self, entry: int) -> Form:
        """Return which forms an entry may be."""
        return reduce(or_, (form for place, form in self.siblings(entry) if place == entry), Form(0))

    def siblings(self, entry: int) -> list[tuple[int, Form]]:
        """Return all forms of the lemmas that an entry is a form of, itself among them."""
        lemmas = self.lemmas_of_entry(entry)
        return [sibling for lemma in lemmas for sibling in self._forms_by_lemma[lemma]]

    def related(self, lemmas: list[int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the entries that are related to any of `lemmas`, and how.

        Returns:
            Entries, [n]; kinds, [n, 8], 1 where the entry has that `Kind`, lowest bit first; overlap, [n].
        """
        offsets, entries = self._entries_by_lemma
        rows, _ = _ranges(self.relations.offsets, torch.tensor(lemmas, dtype=torch.long))
        kinds = (self.relations.kinds[rows, None] >> torch.arange(len(Kind))) & 1
        facts = torch.cat([kinds, self.relations.overlap[rows, None] / 255], 1)  # [relations, 9]
        places, forms = _ranges(offsets, self.relations.lemmas[rows])
        related, which = entries[places].unique(return_inverse=True)
        facts = facts.repeat_interleave(forms, 0)
        by_entry = torch.zeros(len(related), len(Kind) + 1)
        by_entry.scatter_reduce_(0, which[:, None].expand_as(facts), facts, "amax")
        return related, by_entry[:, :-1], by_entry[:, -1]

    def save(self, folder: Path) -> None:
        """Write the table beside the model in `folder`, its vectors in 8 bits."""
        tensors = {
            "words": _as_bytes(self.words),
            "lemmas": _as_bytes(self.lemmas),
            "vectors": (self.vectors * SCALE / self.vectors.abs().amax(-1, keepdim=True))
            .round()
            .to(torch.int8),
            "centre": self.centre,
            "projection": self.projection,
            "log_frequency": self.log_frequency.half(),
            "form_entries": _as_small(self.forms.entries),
            "form_lemmas": _as_small(self.forms.lemmas),
            "form_kinds": self.forms.kinds.to(torch.int16),
            "related_offsets": self.relations.offsets.to(torch.int32),
            "related_lemmas": _as_small(self.relations.lemmas),
            "related_kinds": self.relations.kinds.to(torch.uint8),
            "related_overlap": self.relations.overlap.to(torch.uint8),
        }
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / FILE_NAME)

    def project(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return contextual vectors [..., hidden] as the table's: [..., dimensions], of length 1."""
        return torch.nn.functional.normalize((hidden - self.centre) @ self.projection, dim=-1)


def _ranges(offsets: torch.Tensor, which: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return all numbers from offsets[i] to offsets[i + 1] for each i of `which`, and how many each has."""
    begins = offsets[which]
    lengths = offsets[which + 1] - begins
    shifts = begins - (lengths.cumsum(0) - lengths)
    return torch.arange(int(lengths.sum())) + shifts.repeat_interleave(lengths), lengths


def _as_small(numbers: torch.Tensor) -> torch.Tensor:
    """Return numbers from 0 on in 16 bits where they fit, else in 32."""
    return numbers.to(torch.uint16 if len(numbers) == 0 or int(numbers.max()) < 2**16 else torch.int32)


def _as_bytes(lines: list[str]) -> torch.Tensor:
    return torch.frombuffer(bytearray("\n".join(lines).encode()), dtype=torch.uint8)


def _lines(tensor: torch.Tensor) -> list[str]:
    return bytes(tensor.numpy()).decode().split("\n")
