"""Which words mean nearly the same, or the opposite: WordNet and the Moby Thesaurus in one list of pairs."""

import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from app.engines.word_table import Kind
from app.errors import InklingError
from wordnet import Synset, WordNet

Pairs = dict[str, dict[str, tuple[Kind, float]]]  # lemma -> other lemma -> kinds, overlap of their lists

DIRECT = {
    "@": Kind.BROADER,
    "@i": Kind.BROADER,
    "~": Kind.NARROWER,
    "~i": Kind.NARROWER,
    "&": Kind.SIMILAR,
    "!": Kind.ANTONYM,
}


def read_moby(file: Path) -> dict[str, set[str]]:
    """Read the Moby Thesaurus (Grady Ward, public domain): a line is a word and all that go with it.

    Raises:
        InklingError: the file is not there.
    """
    try:
        lines = file.read_text(encoding="latin-1").splitlines()
    except OSError as error:
        raise InklingError(f"There is no Moby Thesaurus in {file}.") from error
    lists: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        words = list(filter(None, line.strip().lower().split(",")))
        if words:
            lists[words[0]].update(words[1:])
            lists[words[0]].discard(words[0])
    return dict(lists)


def pair_up(net: WordNet, moby: dict[str, set[str]]) -> Pairs:
    """Return every pair of lemmas that WordNet relates or that Moby lists, both ways round.

    The overlap of two words of Moby is the cosine of their lists, each taken with its own word: 1 for lists
    that are the same. It tells near synonyms from the many words that merely belong to one subject.
    """
    kinds: dict[str, dict[str, Kind]] = defaultdict(lambda: defaultdict(lambda: Kind(0)))
    for part, senses in net.senses.items():
        for lemma in senses:
            for rank, synset in net.synsets_of(lemma, part):
                for other, kind in _related(net, lemma, synset):
                    first = Kind.FIRST_SENSE if rank == 0 and kind in Kind.SYNONYM | Kind.SIMILAR else Kind(0)
                    kinds[lemma][other] |= kind | first
    for root, others in moby.items():
        for other in others:
            kinds[root][other] |= Kind.LISTED
            kinds[other][root] |= Kind.LISTED
    full = {root: others | {root} for root, others in moby.items()}
    return {
        lemma: {
            other: (kind, _overlap(full, lemma, other) if Kind.LISTED in kind else 0.0)
            for other, kind in others.items()
            if other != lemma
        }
        for lemma, others in kinds.items()
    }


def _related(net: WordNet, lemma: str, synset: Synset) -> Iterable[tuple[str, Kind]]:
    place = synset.lemmas.index(lemma) + 1
    yield from ((word, Kind.SYNONYM) for word in synset.lemmas)
    for symbol, target, own, theirs in synset.pointers:
        kind = DIRECT.get(symbol)
        if kind is None or own not in (0, place):
            continue
        words = net.synsets[target].lemmas
        yield from ((word, kind) for word in (words[theirs - 1 : theirs] if theirs else words))
        if symbol == "&":  # the others that are like the same head
            for further, through, _, _ in net.synsets[target].pointers:
                if further == "&":
                    yield from ((word, Kind.NEAR_SIMILAR) for word in net.synsets[through].lemmas)


def _overlap(lists: dict[str, set[str]], lemma: str, other: str) -> float:
    ours, theirs = lists.get(lemma), lists.get(other)
    if ours is None or theirs is None:
        return 0.0
    return len(ours & theirs) / math.sqrt(len(ours) * len(theirs))
