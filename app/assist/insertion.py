"""Into the middle: several ways on from what stands before a place, and which of them joins what follows.

The causal model reads only forwards. So it writes a few ways on, each is cut where it could stop, and they
are judged by how likely they make the text that follows, with the next-sentence head of the masked model as a
second witness.
"""

import contextlib
import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.assist.gap import Gap, Way, first_sentence, gap_between, last_sentence
from app.assist.word_suggestions import sentence_ends
from app.engines.prompts import Prompt, extended, story_of
from app.engines.protocols import (
    Checked,
    MaskFiller,
    Prefilled,
    Sampling,
    TextGenerator,
    WeighedPiece,
)
from app.errors import InklingError

WAYS = 6
MOST_TOKENS = 120  # of a way on: a paragraph
READ_CHARACTERS = 200  # of what follows: some forty tokens
SHORT_SENTENCE = 60  # characters; what is read of the text that follows is more than this
JOIN_WEIGHT = 0.05  # of the logarithm of a next-sentence probability: it settles what is equally likely
LEAST_JOIN = 0.02  # probabilities below this count as this
WRITTEN, WEIGHED = 0.4, 0.9  # shares of the time that are over
HUNDRED = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text that may be put in.

    text: with the spaces and line breaks around it. way: which way on it is cut from.
    likelihood: mean natural logarithm of the probability of each token of what follows, behind it.
    joins: next-sentence probabilities on its two sides, where they were read.
    is_whole: whether it stops by itself; else it is cut where its length ends.
    """

    text: str
    way: int
    likelihood: float
    joins: tuple[float, ...]
    is_whole: bool

    @property
    def score(self) -> float:
        """How well it joins; larger is better."""
        doubts = sum(math.log(max(join, LEAST_JOIN)) for join in self.joins)
        return self.likelihood + JOIN_WEIGHT * doubts


def insertions(
    generator: TextGenerator,
    masked: MaskFiller | None,
    prompt: Prompt,
    following: str,
    sampling: Sampling,
    max_new_tokens: int,
) -> Generator[Prefilled | Checked, None, list[Insertion]]:
    """Write some texts to stand between two others, and return the best end of each, see `candidates`."""
    found = yield from candidates(generator, masked, prompt, following, sampling, max_new_tokens)
    return best_of_each(found)


def candidates(
    generator: TextGenerator,
    masked: MaskFiller | None,
    prompt: Prompt,
    following: str,
    sampling: Sampling,
    max_new_tokens: int,
) -> Generator[Prefilled | Checked, None, list[Insertion]]:
    """Write some ways on, and return each with all of its ends.

    Args:
        generator: writes them, and tells how likely they make what follows.
        masked: tells whether sentences follow from one another; None where it cannot be asked.
        prompt: what stands before the place.
        following: what stands behind it; not blank.
        sampling: how they are chosen.
        max_new_tokens: how long they may get.
    """
    gap = gap_between(story_of(prompt), following)
    leading = extended(prompt, gap.lead)
    ways = yield from _write(generator, leading, gap, sampling, min(max_new_tokens, MOST_TOKENS))
    if not ways:
        return []
    read = beginning_of(following)
    weighing = generator.weigh(leading, [way.text + read for way in ways])
    weighed = yield from _as_progress(weighing, WRITTEN, WEIGHED)
    joins = yield from _read_joins(None if gap.is_within else masked, gap, ways)
    length = len(read.lstrip())
    return [
        Insertion(gap.lead + way.text, way.number, likelihood_of_end(pieces, length), joined, way.is_whole)
        for way, pieces, joined in zip(ways, weighed, joins, strict=True)
    ]


def beginning_of(following: str) -> str:
    """Return as much of the text that follows as is weighed: a sentence, or two where the first is short."""
    start = len(following) - len(following.lstrip())
    enough = start + SHORT_SENTENCE
    ends = (end for end in sentence_ends(following, start, min(len(following), start + 2 * READ_CHARACTERS)))
    end = next((end for end in ends if end >= enough), len(following))
    if end <= start + READ_CHARACTERS:
        return following[:end].rstrip()
    cut = following.rfind(" ", enough, start + READ_CHARACTERS)
    return following[: cut if cut > 0 else start + READ_CHARACTERS]


def likelihood_of_end(pieces: Sequence[WeighedPiece], length: int) -> float:
    """Return the mean log-probability of the pieces that write the last `length` characters."""
    rest, logprobs = length, []
    for piece in reversed(pieces):
        if rest <= 0:
            break
        logprobs.append(piece.logprob)
        rest -= len(piece.text)
    return sum(logprobs) / max(len(logprobs), 1)


def best_of_each(found: Sequence[Insertion]) -> list[Insertion]:
    """Return each way with the best of its ends, the best way first; those that are cut off only alone."""
    whole = [one for one in found if one.is_whole] or found
    best: dict[int, Insertion] = {}
    for one in sorted(whole, key=lambda one: one.score, reverse=True):
        best.setdefault(one.way, one)
    return list(best.values())


def _write(
    generator: TextGenerator, prompt: Prompt, gap: Gap, sampling: Sampling, length: int
) -> Generator[Prefilled | Checked, None, list[Way]]:
    """Write ways on until enough of each is there, and cut them where they may end."""
    texts = [""] * WAYS
    ended = [False] * WAYS
    steps = generator.generate_several(prompt, sampling, length, WAYS)
    done = 0
    with contextlib.closing(steps):
        for step in steps:
            if isinstance(step, Prefilled):
                yield step
                continue
            ended = [token is None for token in step]
            texts = [text + (token.text if token else "") for text, token in zip(texts, step, strict=True)]
            done += 1
            yield Checked(int(HUNDRED * WRITTEN * done / length), HUNDRED)
            if all(end or gap.is_done(text) for end, text in zip(ended, texts, strict=True)):
                break
    ways = [gap.ways(number, texts[number], ended[number]) for number in range(WAYS)]
    return list({way.text: way for several in ways for way in several}.values())


def _read_joins(
    masked: MaskFiller | None, gap: Gap, ways: Sequence[Way]
) -> Generator[Checked, None, list[tuple[float, ...]]]:
    """Return the next-sentence probabilities on both sides of each way; none where they cannot be read."""
    nothing: list[tuple[float, ...]] = [()] * len(ways)
    if masked is None:
        return nothing
    before, after = last_sentence(gap.before), first_sentence(gap.following)
    pairs = [((before, first_sentence(way.text)), (last_sentence(way.text), after)) for way in ways]
    if not before:
        return nothing
    sentences: list[str] = []
    places: dict[tuple[str, str], int] = {}
    for pair in dict.fromkeys(pair for two in pairs for pair in two):
        if not sentences or sentences[-1] != pair[0]:
            sentences.append(pair[0])
        sentences.append(pair[1])
        places[pair] = len(sentences) - 2
    try:
        told = yield from _as_progress(masked.read_joins(sentences), WEIGHED, 1.0)
    except InklingError:  # a model that was not trained for it
        return nothing
    return [(told[places[leading]], told[places[following]]) for leading, following in pairs]


def _as_progress(
    steps: Generator[Prefilled | Checked, None, T] | Generator[Checked, None, T], begin: float, end: float
) -> Generator[Checked, None, T]:
    """Run steps that take from one share of the time to another."""
    with contextlib.closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if isinstance(step, Checked):
                share = begin + (end - begin) * step.done / max(step.total, 1)
                yield Checked(int(HUNDRED * share), HUNDRED)
