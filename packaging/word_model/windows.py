"""Windows of the corpus, as the model reads them.

A batch follows from the seed and its number alone, so a run that was interrupted goes on with the very
batches that it would have seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from app.errors import InklingError
from corpus import Corpus
from masking import mask_words
from word_pieces import WordPieces

SHORTEST = 8  # tokens of either passage of a pair, where the documents are long enough
SHORTEST_WINDOW = 2 * SHORTEST + 3
FOLLOWS, RANDOM = 0, 1  # BERT's labels of a second passage
NO_PAIR = -100  # what torch's cross-entropy ignores

Row = tuple[list[int], int]  # framed ids, and how many of them are the first passage with its frame


@dataclass(frozen=True)
class Batch:
    """Windows in torch's terms.

    ids: what the model reads, [rows, tokens].
    segments: 0 up to the first [SEP], 1 behind it, [rows, tokens].
    attention: 0 where a window is filled up, [rows, tokens]; None where all are full.
    places: of the words to find, in the flattened windows, [masks].
    targets: what stood there, [masks].
    labels: FOLLOWS, RANDOM or NO_PAIR, [rows].
    """

    ids: torch.Tensor
    segments: torch.Tensor
    attention: torch.Tensor | None
    places: torch.Tensor
    targets: torch.Tensor
    labels: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on a device."""
        return Batch(**{name: None if t is None else t.to(device) for name, t in vars(self).items()})


class Windows:
    """Cuts windows of one length out of a corpus.

    Args:
        corpus: the documents.
        pieces: their vocabulary.
        length: tokens of a window, its frame included.

    Raises:
        InklingError: there are too few documents to make a random pair of.
    """

    def __init__(self, corpus: Corpus, pieces: WordPieces, length: int) -> None:
        inner = np.searchsorted(corpus.boundaries, corpus.documents)
        if np.count_nonzero(np.diff(inner)) < 2:
            raise InklingError("There is too little text.", "It takes two documents of two sentences each.")
        self._corpus = corpus
        self._pieces = pieces
        self._length = length

    def pair(self, boundary: int, follows: bool, rng: np.random.Generator) -> Row:
        """Return what stands before a sentence's end, and what follows or a passage of another document."""
        here = int(self._corpus.boundaries[boundary])
        begin, end = self._corpus.document_around(here)
        there = here
        if not follows:
            there = self._elsewhere(begin, end, rng)
            _, end = self._corpus.document_around(there)
        room = self._length - 3
        # The [SEP] between the two must not teach the model where to expect it.
        before = int(rng.integers(SHORTEST, room - SHORTEST + 1))
        before = min(here - begin, max(before, room - (end - there)))
        after = min(end - there, room - before)
        tokens = self._corpus.tokens
        first = [self._pieces.cls, *tokens[here - before : here].tolist(), self._pieces.sep]
        return [*first, *tokens[there : there + after].tolist(), self._pieces.sep], len(first)

    def passage(self, boundary: int) -> Row:
        """Return one passage that begins with a sentence, or earlier where its document ends too soon."""
        here = int(self._corpus.boundaries[boundary])
        begin, end = self._corpus.document_around(here)
        room = self._length - 2
        here = max(begin, min(here, end - room))
        ids = self._corpus.tokens[here : min(here + room, end)].tolist()
        return [self._pieces.cls, *ids, self._pieces.sep], len(ids) + 2

    def batch(
        self, rows: Sequence[Row], labels: Sequence[int], rng: np.random.Generator, **masking: float
    ) -> Batch:
        """Put rows together and hide words of them; `masking` as for `mask_words`."""
        ids = np.full((len(rows), self._length), self._pieces.pad)
        segments, attention = np.zeros_like(ids), np.zeros_like(ids)
        for index, (row, first) in enumerate(rows):
            ids[index, : len(row)] = row
            segments[index, first : len(row)] = 1
            attention[index, : len(row)] = 1
        shown, places = mask_words(ids, self._pieces, rng, **masking)
        return Batch(
            torch.from_numpy(shown),
            torch.from_numpy(segments),
            None if attention.all() else torch.from_numpy(attention),
            torch.from_numpy(places),
            torch.from_numpy(ids.ravel()[places]),
            torch.tensor(labels),
        )

    def _elsewhere(self, begin: int, end: int, rng: np.random.Generator) -> int:
        """Return a sentence's begin outside the document from `begin` to `end`."""
        boundaries = self._corpus.boundaries
        low, high = np.searchsorted(boundaries, (begin, end))
        index = int(rng.integers(len(boundaries) - (high - low)))
        return int(boundaries[index if index < low else index + high - low])


class TrainingWindows:
    """The batches of a run, by number; an epoch reads the text once, at places of its own.

    Args:
        corpus: the documents.
        pieces: their vocabulary.
        length: tokens of a window, its frame included.
        rows: windows of a batch.
        pairs: the share of the windows that are two passages.
        seed: makes the run repeatable.
    """

    def __init__(
        self, corpus: Corpus, pieces: WordPieces, length: int, rows: int, pairs: float, seed: int
    ) -> None:
        self._windows = Windows(corpus, pieces, length)
        self._boundaries = corpus.boundaries
        self._length = length
        self._rows = rows
        self._pairs = pairs
        self._seed = seed
        self._an_epoch = -(-len(corpus.tokens) // length)
        self._order: tuple[int, NDArray[np.int64]] = (-1, np.empty(0, np.int64))

    def __getitem__(self, step: int) -> Batch:
        """Return the batch of a step, counted from 0."""
        rng = np.random.default_rng((self._seed, 0, step))
        rows, labels = [], []
        for index in range(step * self._rows, (step + 1) * self._rows):
            boundary = self._boundary(index)
            if rng.random() < self._pairs:
                label = int(rng.choice((FOLLOWS, RANDOM)))
                row = self._windows.pair(boundary, label == FOLLOWS, rng)
            else:
                label = NO_PAIR
                row = self._windows.passage(boundary)
            rows.append(row)
            labels.append(label)
        return self._windows.batch(rows, labels, rng)

    def _boundary(self, index: int) -> int:
        """Return the sentence's end around which the window of a number lies, counted over all epochs."""
        epoch, index = divmod(index, self._an_epoch)
        if self._order[0] != epoch:
            rng = np.random.default_rng((self._seed, 1, epoch))
            places = rng.permutation(self._an_epoch) * self._length + rng.integers(self._length)
            self._order = epoch, np.searchsorted(self._boundaries, places) % len(self._boundaries)
        return int(self._order[1][index])
