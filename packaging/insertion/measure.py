"""Takes a sentence out of paragraphs, has Inkling write into the gap, and judges what it chose.

    python packaging/insertion/measure.py CORPUS... --count 100 --seed 1 --dump insertions.jsonl
    python packaging/insertion/measure.py --read insertions.jsonl

A corpus is a text file (.bz2 or plain) with one paragraph a line and a blank line between documents. What the
choice did not look at judges it too: the rest of the paragraph behind the sentence that was weighed, and the
same weights in bfloat16. See README.md for the figures.
"""

import argparse
import bz2
import itertools
import json
import math
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.assist import insertion
from app.assist.insertion import Insertion, best_of_each, candidates, likelihood_of_end
from app.assist.word_suggestions import sentence_ends
from app.cli.arguments import add_model_options
from app.cli.open_model import open_mask_filler, open_text_generator
from app.engines.protocols import TextGenerator
from app.settings import MAX_NEW_TOKENS, Settings

BEFORE = 2000  # characters of the document in front of the paragraph
SENTENCE = 40, 250  # characters of the one that is taken out
REST = 200  # characters behind the sentence that follows
LEAST_SENTENCES = 6


@dataclass(frozen=True)
class Cut:
    """A paragraph without one of its sentences: what stands before, what follows, and what was taken out."""

    before: str
    removed: str
    following: str
    rest: str


def cuts(files: Sequence[Path], count: int, seed: int) -> list[Cut]:
    """Return paragraphs with a sentence out of their middle, at most one of each document."""
    chance = random.Random(seed)
    found = []
    for file in files:
        with bz2.open(file, "rt") if file.suffix == ".bz2" else file.open() as lines:
            documents = itertools.groupby(map(str.rstrip, lines), key=bool)
            of_file = [_cut(list(lines), chance) for is_text, lines in documents if is_text]
        whole = [cut for cut in of_file if cut]
        found.append(chance.sample(whole, min(len(whole), -(-count // len(files)))))
    spread = [cut for cut in itertools.chain(*itertools.zip_longest(*found)) if cut]
    return spread[:count]


def _cut(paragraphs: list[str], chance: random.Random) -> Cut | None:
    for number in chance.sample(range(len(paragraphs)), min(len(paragraphs), 50)):
        text = paragraphs[number]
        ends = list(sentence_ends(text, 0, len(text)))
        if number < 3 or len(ends) < LEAST_SENTENCES:
            continue
        middle = len(ends) // 2
        first, last, after = ends[middle - 2], ends[middle - 1], ends[middle]
        if not SENTENCE[0] <= last - first <= SENTENCE[1] or len(text) - after < SENTENCE[0]:
            continue
        before = "\n\n".join([*paragraphs[max(number - 20, 0) : number], text[:first]])[-BEFORE:]
        before = before[before.find("\n\n") + 2 :] if "\n\n" in before else before
        return Cut(before, text[first:last], text[last:after], text[after : after + REST])
    return None


def judge(engine: TextGenerator, cut: Cut, texts: Sequence[str]) -> list[dict[str, float]]:
    """Return for each text the mean log-probabilities of the sentence behind it and of the rest."""
    following, rest = cut.following.strip(), cut.rest
    behind = [text + (following if text[-1:].isspace() else " " + following) for text in texts]
    weighed = run(engine.weigh(cut.before, [text + rest for text in behind]))
    told = []
    for text, pieces in zip(behind, weighed, strict=True):
        ends = itertools.accumulate(len(piece.text) for piece in pieces)
        split = next((place for place, end in enumerate(ends, 1) if end >= len(text)), len(pieces))
        sentence = likelihood_of_end(pieces[:split], len(following))
        told.append({"sentence": sentence, "rest": likelihood_of_end(pieces[split:], len(rest))})
    return told


def run(steps: Any) -> Any:
    """Run a generator to its end and return what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def measure(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Fill every gap, and tell of every text that was weighed what its judges say."""
    generator, masked = open_text_generator(arguments), open_mask_filler(arguments)
    arguments.precision = "bfloat16"
    judging = open_text_generator(arguments)
    for number, cut in enumerate(cuts(arguments.corpus, arguments.count, arguments.seed)):
        sampling = replace(Settings().sampling(), seed=1000 * arguments.seed + number)
        run(generator.prefill(cut.before))
        begun = time.perf_counter()
        order = cut.following + cut.rest, sampling, MAX_NEW_TOKENS.default
        found = run(candidates(generator, masked, cut.before, *order))
        seconds = time.perf_counter() - begun
        texts = [one.text for one in found]
        yield {
            "seconds": seconds,
            "cut": asdict(cut),
            "found": [asdict(one) for one in found],
            "judged": judge(judging, cut, [*texts, cut.removed, ""]),
        }


def summarise(lines: Sequence[dict[str, Any]], join_weight: float, use_likelihood: bool) -> None:
    """Print how often the chosen text beats others of its batch."""
    insertion.JOIN_WEIGHT = join_weight
    wins: dict[str, list[float]] = {}
    whole = []
    for line in lines:
        found = [Insertion(**{**one, "joins": tuple(one["joins"])}) for one in line["found"]]
        if not use_likelihood:
            found = [replace(one, likelihood=0.0) for one in found]
        if not found:
            whole.append(0)
            continue
        ranked = best_of_each(found)
        whole.append(ranked[0].is_whole)
        places = {one.text: place for place, one in enumerate(found)}
        told = line["judged"]
        for what in ("sentence", "rest"):
            chosen = told[places[ranked[0].text]][what]
            # Each of the others as a reader would meet it: cut at any of its ends.
            others = [told[place][what] for place, one in enumerate(found) if one.way != ranked[0].way]
            if others:
                wins.setdefault(what, []).append(_share_beaten(chosen, others))
            at_their_best = [told[places[one.text]][what] for one in ranked[1:]]
            if at_their_best:
                wins.setdefault(f"{what}, others at their best", []).append(
                    _share_beaten(chosen, at_their_best)
                )
            removed, nothing = told[-2][what], told[-1][what]
            wins.setdefault(what + ", over the sentence taken out", []).append(chosen > removed)
            wins.setdefault(what + ", over nothing", []).append(chosen > nothing)
    for what, each in wins.items():
        print(f"  {what:40} {100 * statistics.mean(each):5.1f} %")
    print(f"  stops by itself {100 * statistics.mean(whole):.1f} % of {len(whole)}")
    seconds = sorted(line["seconds"] for line in lines)
    print(
        f"  seconds: p50 {statistics.median(seconds):.1f}, p90 {seconds[math.floor(0.9 * len(seconds))]:.1f}"
    )


def _share_beaten(chosen: float, others: Sequence[float]) -> float:
    return statistics.mean((chosen > other) + (chosen == other) / 2 for other in others)


def main() -> None:
    """Measure, or read what was measured, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dump", type=Path)
    parser.add_argument("--read", type=Path)
    add_model_options(parser, "causal")
    parser.set_defaults(data_dir=None)
    arguments = parser.parse_args()
    if arguments.read:
        lines = [json.loads(line) for line in arguments.read.read_text().splitlines()]
    else:
        lines = []
        for line in measure(arguments):
            lines.append(line)
            if arguments.dump:
                with arguments.dump.open("a") as file:
                    file.write(json.dumps(line) + "\n")
    for weight, use in ((0.0, True), (0.05, True), (0.1, True), (0.2, True), (1.0, False)):
        print(f"next-sentence weight {weight}" if use else "next-sentence head alone")
        summarise(lines, weight, use)


if __name__ == "__main__":
    main()
