"""A BERT-family masked language model that offers other words for one in its sentence."""

import itertools
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from app.engines import devices
from app.engines.cjk_words import fill_characters, is_cjk
from app.engines.gap_words import fill_gap
from app.engines.masked_model import MaskedModel
from app.engines.needless_words import find_needless
from app.engines.protocols import Checked, LoadStep, ModelDescription, NeedlessWord, Suggestion, check_part
from app.engines.sentence_joins import read_joins
from app.engines.table_ranking import TableRanking
from app.engines.vocabulary_ranking import VocabularyRanking
from app.engines.weights import describe_model
from app.engines.word_table import WordTable
from app.errors import InklingError


@dataclass(frozen=True)
class Loaded:
    """A model, and what ranks words by it."""

    masked: MaskedModel
    ranking: VocabularyRanking | TableRanking


class TorchMaskedEngine:
    """Runs any masked language model that transformers can load from safetensors."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        """See `Engine.load`."""
        self.unload()
        masked = yield from MaskedModel.load(folder, device)
        yield LoadStep(0.9, "Warming up")
        table = WordTable.load(folder)
        vocabulary = VocabularyRanking(masked)
        self._loaded = Loaded(masked, TableRanking(masked, table, vocabulary) if table else vocabulary)
        try:
            self.suggest("A word to warm up with.", 2, 6, 1)
        except BaseException:
            self.unload()
            raise
        return describe_model(masked.model, folder.name, masked.model.config.max_position_embeddings)

    def unload(self) -> None:
        """See `Engine.unload`."""
        if self._loaded is not None:
            device = self._loaded.masked.model.device
            self._loaded = None
            devices.release_memory(device)

    def suggest(self, text: str, start: int, end: int, count: int) -> list[Suggestion]:
        """See `MaskFiller.suggest`."""
        loaded = self._require()
        if not 0 <= start < end <= len(text):
            raise ValueError(f"the place {start}:{end} does not lie within a text of {len(text)} code points")
        word = text[start:end]
        if not any(c.isalpha() for c in word) or any(c.isdigit() for c in word):
            return []
        with torch.inference_mode(), devices.memory_errors_in_words():
            if is_cjk(word):
                ranked = fill_characters(loaded.masked, text, start, end)
            else:
                ranked = loaded.ranking.rank(text, start, end)
            return list(itertools.islice(_without(ranked, word), count))

    def fill_gap(self, text: str, position: int, count: int) -> list[Suggestion]:
        """See `MaskFiller.fill_gap`."""
        masked = self._require().masked
        check_part(text, position, position)
        with torch.inference_mode(), devices.memory_errors_in_words():
            return list(itertools.islice(_without(fill_gap(masked, text, position), ""), count))

    def find_needless(self, text: str, start: int, end: int) -> Generator[Checked, None, list[NeedlessWord]]:
        """See `MaskFiller.find_needless`."""
        masked = self._require().masked
        check_part(text, start, end)
        with devices.memory_errors_in_words():
            return (yield from find_needless(masked, text, start, end))

    def read_joins(self, sentences: Sequence[str]) -> Generator[Checked, None, list[float]]:
        """See `MaskFiller.read_joins`."""
        return read_joins(self._require().masked, sentences)

    def _require(self) -> Loaded:
        if self._loaded is None:
            raise InklingError("No model that finds words is loaded.", "Choose one in Preferences.")
        return self._loaded


def _without(ranked: Iterator[Suggestion], word: str) -> Iterator[Suggestion]:
    """Leave out the word itself and words that differ from an earlier one in case alone."""
    seen = {word.casefold()}
    for suggestion in ranked:
        key = suggestion.text.casefold()
        if key not in seen:
            seen.add(key)
            yield suggestion
