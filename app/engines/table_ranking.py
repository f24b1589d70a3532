"""Other words for a word or phrase, proposed and ranked with the help of a word table."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from app.engines.english import FUNCTION_WORDS
from app.engines.masked_model import MaskedModel
from app.engines.protocols import Suggestion
from app.engines.spelling import Spelling
from app.engines.vocabulary_ranking import VocabularyRanking
from app.engines.word_table import Form, Kind, WordTable

# Weights of the sum that ranks, fitted once to votes for substitutes (SWORDS dev, Lee et al., NAACL 2021) and
# rounded; packaging/word_model/RANKING.md tells how, and what each brings.
CONTEXT = 6.3  # cosine of the word's vector in this sentence and the table's vector
PLACE = 0.6  # cosine of the vector of a mask in its place and the table's vector
MEANING = -1.5  # cosine of both table vectors: what is near in any sentence is not for that near in this one
SPELLING = 1.0  # cosine of the input embeddings
KEPT = 0.11  # log-probability at the word, left visible
MASKED = 0.04  # log-probability with the word hidden
FREQUENCY = -0.08  # log count: what is frequent fits everywhere
PHRASE = -0.7  # is of several words
OVERLAP = 1.8  # of the words' lists in the thesaurus
KINDS = {
    Kind.SYNONYM: 0.2,
    Kind.FIRST_SENSE: 0.2,
    Kind.SIMILAR: 0.1,
    Kind.NEAR_SIMILAR: 0.1,
    Kind.BROADER: 0.33,
    Kind.NARROWER: 0.25,
    Kind.ANTONYM: -math.inf,  # likely in the sentence, and wrong
    Kind.LISTED: 0.0,
}
# Log-probabilities of an entry that is no single piece: to ask the model would take a pass for each.
UNKNOWN_KEPT, UNKNOWN_MASKED = -12.0, -11.0
LEAST = -14.0  # below it, log-probabilities tell nothing
# The vector of a compound or phrase is the mean of its parts', and near to whatever has parts like them.
COMPOUND = 0.4  # share of the weights of context and spelling
# Of the log-probability with the word hidden, beside 1 for both cosines, when forms of a word are compared.
FORM_MASKED = 0.05
POSSESSIVE = "'s"
PROPOSALS = 600  # entries that are looked at one by one
BASE_FORMS = Form.NOUN | Form.VERB | Form.ADJECTIVE | Form.ADVERB


@dataclass(frozen=True)
class Evidence:
    """What a sentence says of a word in it.

    own, place: vectors of the word and of a mask in its place, [dimensions].
    kept, masked: log-probabilities of the whole vocabulary, with the word visible and hidden, [vocabulary].
    """

    own: torch.Tensor
    place: torch.Tensor
    kept: torch.Tensor
    masked: torch.Tensor


class TableRanking:
    """Ranks the entries of a word table for the place of a word.

    A thesaurus knows nothing of articles, pronouns and the like: those are left to the model's vocabulary.
    """

    def __init__(self, masked: MaskedModel, table: WordTable, vocabulary: VocabularyRanking) -> None:
        self._masked = masked
        self._table = table
        self._vocabulary = vocabulary
        pieces = (masked.tokenizer.token_to_id(word) for word in table.words)
        self._pieces = torch.tensor([-1 if piece is None else piece for piece in pieces])
        self._spelling = Spelling(masked, table.words)
        is_phrase = torch.tensor([" " in word for word in table.words])
        self._prior = FREQUENCY * table.log_frequency + PHRASE * is_phrase
        self._kind_weights = torch.tensor([KINDS[kind] for kind in Kind])  # [8]

    def rank(self, text: str, start: int, end: int) -> Iterator[Suggestion]:
        """Yield entries for `text[start:end]`, best first, of each lemma the form that fits."""
        table, word = self._table, text[start:end].lower().replace("’", "'")
        if word.endswith(POSSESSIVE):
            for found in self.rank(text, start, end - len(POSSESSIVE)):
                yield Suggestion(found.text + text[end - len(POSSESSIVE) : end], found.score)
            return
        if word in FUNCTION_WORDS:
            yield from self._vocabulary.rank(text, start, end)
            return
        own = table.lemmas_of(word)
        if not own and text[start].isupper():
            return  # a name
        evidence = self._read(text, start, end)
        if evidence is None:
            return
        scores, fitness = self._score(evidence, word, own)
        wanted = table.forms_of(word)
        used, parts = set(own), _parts(word)
        for entry in scores.topk(min(PROPOSALS, len(table.words))).indices.tolist():
            lemmas = set(table.lemmas_of_entry(entry))
            fitting = self._in_form(entry, wanted, fitness)
            if fitting is None or used & lemmas or ("'" in word) != ("'" in table.words[fitting]):
                continue
            # A part of a phrase, or a phrase that has the word in it, is near it in spelling alone.
            if parts & _parts(table.words[fitting]):
                continue
            used |= lemmas
            yield Suggestion(table.words[fitting], float(scores[entry]))

    def _read(self, text: str, start: int, end: int) -> Evidence | None:
        """Let the model read the word where it stands, visible and hidden."""
        masked, table = self._masked, self._table
        encoding = masked.encode(text)
        pieces = masked.pieces_within(encoding, start, end)
        if not pieces:
            return None
        gap = pieces.start
        with_mask = [*encoding.ids[:gap], masked.mask_id, *encoding.ids[pieces.stop :]]
        visible, at = masked.window_around(encoding.ids, pieces)
        hidden, there = masked.window_around(with_mask, range(gap, gap + 1))
        if len(visible) == len(hidden):
            both = masked.read([visible, hidden], [*at, there.start], with_hidden=True)
            seen, guessed = both.row(0), both.row(1)
        else:  # a short text with a word of several pieces
            seen = masked.read([visible], list(at), with_hidden=True).row(0)
            guessed = masked.read([hidden], [there.start], with_hidden=True).row(0)
        vectors = [seen.hidden[at.start : at.stop].mean(0), guessed.hidden[there.start]]
        own, place = table.project(torch.stack(vectors))
        return Evidence(own, place, seen.logprobs[: len(at)].mean(0), guessed.logprobs[-1])

    def _score(self, evidence: Evidence, word: str, lemmas: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Weigh all entries.

        Returns:
            Their scores, and how well each form fits its place, both [entries].
        """
        table = self._table
        known = table.index.get(word)
        meant = evidence.own if known is None else table.vectors[known]
        asked = torch.stack([evidence.own, evidence.place, meant])  # [3, dimensions]
        context, place, meaning = (table.vectors @ asked.T).unbind(1)
        kept = self._of_entries(evidence.kept, UNKNOWN_KEPT)
        masked = self._of_entries(evidence.masked, UNKNOWN_MASKED)
        entries, kinds, overlap = table.related(lemmas)
        relation = OVERLAP * overlap + torch.where(kinds > 0, self._kind_weights, 0).sum(-1)
        trust = 1.0 if len(_parts(word)) == 1 else COMPOUND
        scores = (
            self._prior
            + CONTEXT * trust * context
            + PLACE * place
            + MEANING * meaning
            + SPELLING * trust * self._spelling.cosines(word)
            + KEPT * kept
            + MASKED * masked
        )
        scores[entries] += relation
        return scores, context + place + FORM_MASKED * masked

    def _of_entries(self, logprobs: torch.Tensor, unknown: float) -> torch.Tensor:
        """Take the log-probabilities of the entries from those of the vocabulary."""
        found = logprobs[self._pieces.clamp_min(0)].clamp_min(LEAST)
        return torch.where(self._pieces >= 0, found, unknown)

    def _in_form(self, entry: int, wanted: Form, fitness: torch.Tensor) -> int | None:
        """Return the form of an entry's lemma that fits best where a word of the form `wanted` stands."""
        table = self._table
        if not wanted:
            return entry
        siblings = table.siblings(entry)
        fitting = [place for place, form in siblings if form & wanted]
        if not fitting and wanted & BASE_FORMS and not table.forms_of_entry(entry):
            return entry  # a phrase that is not inflected
        return max(fitting, key=lambda place: float(fitness[place]), default=None)


def _parts(word: str) -> set[str]:
    """Return the words of a phrase or compound."""
    return set(word.replace("-", " ").split())
