"""Make the table of words that comes with a word model: vectors, forms and related words.

    python packaging/word_model/make_table.py --model FOLDER --text FOLDER --wordnet FOLDER --moby FILE

Each word's vector is the mean of its contextual vectors in many sentences (Wada et al., "Unsupervised Lexical
Substitution with Decontextualised Embeddings", COLING 2022).
"""

import argparse
import itertools
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from transformers import BertForPreTraining

from app.cli.arguments import positive
from app.cli.main import INTERRUPTED, MISUSED, CommandParser
from app.engines.masked_model import contextual_vectors
from app.engines.word_table import Forms, Kind, Relations, WordTable
from app.errors import InklingError
from corpus import Document, read_documents, split_sentences
from lexicon import Lexicon, Place, Spotter
from model import choose_device, in_fast_precision, load_model
from thesaurus import Pairs, pair_up, read_moby
from word_pieces import WordPieces
from wordnet import WordNet

LEAST_COUNT = 20  # of a word that a thesaurus knows, in the text
LEAST_COUNT_PHRASE = 6
LEAST_COUNT_UNKNOWN = 100  # of any other word
LEAST_VECTORS = 3
PASSAGE = 520  # characters that the model reads at once, at most
SHORTEST_PASSAGE = 40
BATCH = 32
READ_AHEAD = 2048  # passages that are sorted by their length
LEAST_RELATED = 8  # words of the table, of a word that is not in it itself
LEAST_OVERLAP = 0.08  # of two words that nothing but the Moby Thesaurus relates
FLATTENING = 0.25  # of the spectrum: 0 leaves it, 1 whitens
LETTERS = "abcdefghijklmnopqrstuvwxyz"

Passage = tuple[Encoding, list[Place]]


@dataclass(frozen=True)
class Survey:
    """How often each entry stands in a text, and the first passages that hold it."""

    counts: Counter[str]
    samples: dict[str, list[int]]

    @classmethod
    def of(cls, passages: Sequence[str], spotter: Spotter, lexicon: Lexicon, size: int) -> "Survey":
        """Count the entries of all passages, keeping the first `size` passages of each."""
        counts: Counter[str] = Counter()
        samples: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(passages):
            for place in spotter.find(passage):
                counts[place.entry] += 1
                if counts[place.entry] <= size:
                    samples[place.entry].append(number)
        entries = [word for word, count in counts.items() if is_entry(word, count, lexicon)]
        return cls(
            Counter({word: counts[word] for word in entries}), {word: samples[word] for word in entries}
        )

    def choose(
        self, passages: Sequence[str], spotter: Spotter, enough: int
    ) -> Iterator[tuple[str, list[Place]]]:
        """Yield passages until each entry has been seen often enough, those with rare entries first."""
        seen: Counter[str] = Counter()
        used: set[int] = set()
        for word, _ in reversed(self.counts.most_common()):
            for number in self.samples[word]:
                if seen[word] >= (enough // 2 if " " in word else enough):
                    break
                if number not in used:
                    used.add(number)
                    places = [place for place in spotter.find(passages[number]) if place.entry in self.counts]
                    seen.update(place.entry for place in places)
                    yield passages[number], places


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = CommandParser(prog="make_table.py", description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="FOLDER", help="a trained model; the table goes there")
    add("--text", type=Path, required=True, nargs="+", metavar="FOLDER", help="plain text, the best first")
    add("--wordnet", type=Path, required=True, metavar="FOLDER", help="WordNet's database files")
    add("--moby", type=Path, required=True, metavar="FILE", help="the Moby Thesaurus, words.txt")
    add("--tokens", type=positive, default=5_000_000, help="that the model reads, at most")
    add("--occurrences", type=positive, default=80, help="of a word that are enough; of a phrase half of it")
    add("--dimensions", type=positive, default=192)
    add("--seed", type=positive, default=1)
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    return parser


def main(argv: Sequence[str]) -> int:
    """Carry out a command line, without the program's name, and return the exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        run(arguments)
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return MISUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def run(arguments: argparse.Namespace) -> None:
    """Make the table and write it beside the model."""
    device = choose_device(arguments.device)
    model, _ = load_model(arguments.model)
    tokenizer = WordPieces.of(arguments.model).tokenizer
    net, moby = WordNet.read(arguments.wordnet), read_moby(arguments.moby)
    lexicon = Lexicon(net, moby)
    spotter = Spotter(lexicon.phrases())
    passages: list[str] = []
    for folder in arguments.text:
        shuffled = list(cut(read_documents(folder)))
        random.Random(arguments.seed).shuffle(shuffled)
        passages += shuffled
    print(f"Counting words in {len(passages):,} passages", flush=True)
    survey = Survey.of(passages, spotter, lexicon, arguments.occurrences)
    chosen = survey.choose(passages, spotter, arguments.occurrences)
    words, vectors = mean_vectors(model.to(device), tokenizer, chosen, survey.counts, arguments.tokens)
    if not words:
        raise InklingError("There is too little text.")
    table = assemble(words, vectors, survey.counts, lexicon, pair_up(net, moby), arguments.dimensions)
    table.save(arguments.model)
    print(f"{len(table.words):,} entries, {len(table.relations.lemmas):,} relations")


def cut(documents: Iterable[Document]) -> Iterator[str]:
    """Cut documents to passages of whole sentences."""
    for document in documents:
        for paragraph in document:
            passage = ""
            for sentence in split_sentences(paragraph):
                if passage and len(passage) + len(sentence) > PASSAGE:
                    yield passage
                    passage = ""
                whole = len(sentence) <= PASSAGE
                passage += sentence if whole else sentence[:PASSAGE].rpartition(" ")[0]
            if len(passage) >= SHORTEST_PASSAGE:
                yield passage


def is_entry(word: str, count: int, lexicon: Lexicon) -> bool:
    """Tell whether a word is frequent enough to be offered."""
    if " " in word:
        return count >= LEAST_COUNT_PHRASE
    if len(word) < 2 or not set(word) <= set(LETTERS + "-'"):
        return False
    return count >= (LEAST_COUNT if lexicon.is_known(word) else LEAST_COUNT_UNKNOWN)


def mean_vectors(
    model: BertForPreTraining,
    tokenizer: Tokenizer,
    passages: Iterator[tuple[str, list[Place]]],
    counts: Counter[str],
    most_tokens: int,
) -> tuple[list[str], torch.Tensor]:
    """Read passages until `most_tokens` are read.

    Returns:
        The words that were seen often enough, and their mean vectors [words, hidden], float32.
    """
    index = {word: place for place, word in enumerate(counts)}
    sums = torch.zeros(len(index), model.config.hidden_size)
    seen = torch.zeros(len(index))
    read = 0
    while read < most_tokens and (ahead := _read_ahead(tokenizer, passages)):
        for start in range(0, len(ahead), BATCH):
            batch = ahead[start : start + BATCH]
            hidden = _hidden(model, [encoding.ids for encoding, _ in batch])
            for row, (encoding, places) in zip(hidden, batch, strict=True):
                entries, vectors = _pooled(row, encoding, places, index)
                sums.index_add_(0, entries, vectors)
                seen.index_add_(0, entries, torch.ones(len(entries)))
            read += sum(len(encoding.ids) for encoding, _ in batch)
        print(f"{read:,} tokens, {int((seen >= LEAST_VECTORS).sum()):,} words", flush=True)
    kept = (seen >= LEAST_VECTORS).nonzero()[:, 0]
    words = list(counts)
    return [words[place] for place in kept.tolist()], sums[kept] / seen[kept, None]


def _read_ahead(tokenizer: Tokenizer, passages: Iterator[tuple[str, list[Place]]]) -> list[Passage]:
    """Take some passages and sort them by their length, so that batches need little padding."""
    taken = [(tokenizer.encode(text), places) for text, places in itertools.islice(passages, READ_AHEAD)]
    return sorted(taken, key=lambda passage: len(passage[0].ids))


@torch.inference_mode()
def _hidden(model: BertForPreTraining, rows: list[list[int]]) -> torch.Tensor:
    """Return the contextual vectors: [rows, tokens, hidden], float32, on the CPU."""
    length = min(max(map(len, rows)), model.config.max_position_embeddings)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row[:length])
        mask[place, : len(row)] = 1
    device = model.device
    with in_fast_precision(device):
        output = model.bert(ids.to(device), attention_mask=mask.to(device), output_hidden_states=True)
    return contextual_vectors(output.hidden_states).cpu()


def _pooled(
    row: torch.Tensor, encoding: Encoding, places: list[Place], index: dict[str, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the entries of a passage and their vectors: the means of their pieces."""
    offsets = list(enumerate(encoding.offsets[: len(row)]))
    begins = {start: token for token, (start, end) in offsets if end > start}
    ends = {end: token for token, (start, end) in offsets if end > start}
    whole = [place for place in places if place.start in begins and place.end in ends]
    if not whole:
        return torch.empty(0, dtype=torch.long), torch.empty(0, row.shape[-1])
    vectors = [row[begins[place.start] : ends[place.end] + 1].mean(0) for place in whole]
    return torch.tensor([index[place.entry] for place in whole]), torch.stack(vectors)


def assemble(
    words: list[str],
    vectors: torch.Tensor,
    counts: Counter[str],
    lexicon: Lexicon,
    pairs: Pairs,
    dimensions: int,
) -> WordTable:
    """Centre the vectors, keep their principal components, and number lemmas, forms and relations.

    Each component is divided by the fourth root of its singular value, so that the few strongest, which tell
    parts of speech and registers apart, do not decide alone (compare Mu and Viswanath, ICLR 2018).
    """
    centre = vectors[[place for place, word in enumerate(words) if " " not in word]].mean(0)
    centred = torch.nn.functional.normalize(vectors - centre, dim=-1)
    _, strengths, components = torch.linalg.svd(centred, full_matrices=False)  # [hidden], [hidden, hidden]
    projection = (components[:dimensions] / strengths[:dimensions, None] ** FLATTENING).T.contiguous()
    forms = [
        (place, lemma, form) for place, word in enumerate(words) for lemma, form in lexicon.analyses(word)
    ]
    lemmas = sorted({lemma for _, lemma, _ in forms})
    number = {lemma: place for place, lemma in enumerate(lemmas)}
    # A word that is too rare to be offered may still be asked about.
    lemmas += sorted(
        lemma
        for lemma in pairs.keys() - number.keys()
        if lemma.isalpha() and len(_related(pairs[lemma], number)) >= LEAST_RELATED
    )
    related = [_related(pairs.get(lemma, {}), number) for lemma in lemmas]
    flat = [relation for row in related for relation in row]
    return WordTable(
        words,
        lemmas,
        torch.nn.functional.normalize(centred @ projection, dim=-1),
        centre,
        projection,
        torch.tensor([float(counts[word]) for word in words]).log(),
        Forms(
            torch.tensor([place for place, _, _ in forms]),
            torch.tensor([number[lemma] for _, lemma, _ in forms]),
            torch.tensor([int(form) for _, _, form in forms]),
        ),
        Relations(
            torch.tensor([0, *(len(row) for row in related)]).cumsum(0),
            torch.tensor([lemma for lemma, _, _ in flat]),
            torch.tensor([kind for _, kind, _ in flat]),
            torch.tensor([overlap for _, _, overlap in flat]),
        ),
    )


def _related(others: dict[str, tuple[Kind, float]], number: dict[str, int]) -> list[tuple[int, int, int]]:
    """Return (lemma, kinds, overlap in 255ths) of those that the table knows and that matter."""
    return sorted(
        (number[lemma], int(kind), round(overlap * 255))
        for lemma, (kind, overlap) in others.items()
        if lemma in number and (overlap >= LEAST_OVERLAP or kind & ~Kind.LISTED)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
