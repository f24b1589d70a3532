"""How often ghost text's first word is right, by how often it is shown, with the parts added in turn.

python packaging/ghost_text/curve.py WEIGHED.jsonl
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.assist.ghost_agreement import AGREEMENT, LEAST, SureWord, either
from app.assist.ghost_draft import least_sureness
from cut_prompts import WORDS, Cut

SHOWN = (41, 31, 26, 17, 12)  # percent of the prompts
FOLDS = 5
PENALTY = 1.0  # of squared weights, by features of unit variance
ROUNDS = 30  # of Newton's method
LEFT_WEIGHT = 0.15  # of the masked model's logarithm; what served best on 360 prompts
COMMON = 120  # words of the prompts that count as common: of their text they are half

Row = dict[str, Any]
Scored = tuple[float, bool]
Floats = NDArray[np.float64]


def best(row: Row) -> tuple[str, float]:
    """Return the likeliest whole word and its probability."""
    word, probability = max(row["words"], key=lambda word: float(word[1]))
    return str(word), float(probability)


def with_left(row: Row) -> tuple[str, float]:
    """Return the best word where the masked model's reading of what precedes is weighed in."""
    weights = [
        math.log(probability) + LEFT_WEIGHT * math.log(row["left"].get(word.casefold(), 1e-4))
        for word, probability in row["words"]
    ]
    place = max(range(len(weights)), key=weights.__getitem__)
    return row["words"][place][0], weights[place]


def with_both(row: Row) -> tuple[str, float]:
    """Return the surest word where the masked model reads what follows too."""
    sure = [either(SureWord(*word), row["both"]) for word in row["words"]]
    surest = max(sure, key=lambda word: word.sureness)
    return surest.text, surest.sureness


def score(rows: Sequence[Row], way: Callable[[Row], tuple[str, float]]) -> list[Scored]:
    """Return for each prompt how sure a way is, and whether it is right."""
    chosen = [(row, *way(row)) for row in rows]
    return [
        (sureness, Cut(row["id"], row["prompt"], row["next"]).is_right(word))
        for row, word, sureness in chosen
    ]


def line(title: str, scored: Sequence[Scored]) -> str:
    """Return a row of a table: percent right where so many percent are shown."""
    ranked = sorted(scored, key=lambda one: -one[0])
    counts = [round(len(ranked) * shown / 100) for shown in SHOWN]
    shares = [100 * sum(right for _, right in ranked[:count]) / count for count in counts]
    return f"| {title} | {' | '.join(f'{share:.1f}' for share in shares)} |"


def common_words(rows: Sequence[Row]) -> set[str]:
    """Return the most frequent words of the prompts; they are mostly those that carry no meaning."""
    counts = Counter(word.lower() for row in rows for word in WORDS.findall(row["prompt"]))
    return {word for word, _ in counts.most_common(COMMON)}


def features(row: Row, common: set[str]) -> list[float]:
    """Return what is known of the best word; the log odds of its probability come first."""
    word, probability = best(row)
    second = sorted((float(one[1]) for one in row["words"]), reverse=True)[1]
    known = [one.lower() for one in WORDS.findall(row["prompt"])]
    is_common = word.lower() in common
    return [
        math.log(probability / max(1 - probability, 1e-6)),
        math.log(second),
        math.log(row["left"].get(word.casefold(), 1e-4)),
        float(is_common),
        float(word[:1].isupper()),
        float(word.lower() in known and not is_common),
        math.log(len(word)),
        float(known[-1] in common),
        math.log(len(row["prompt"])),
    ]


def calibrated(rows: Sequence[Row], count: int) -> tuple[list[Scored], float]:
    """Return the sureness by a logistic of the first features, and its log loss, both across documents."""
    common = common_words(rows)
    inputs = np.array([features(row, common)[:count] for row in rows])
    inputs = np.c_[np.ones(len(rows)), (inputs - inputs.mean(0)) / np.maximum(inputs.std(0), 1e-9)]
    right = np.array([is_right for _, is_right in score(rows, best)], dtype=float)
    groups = [Cut(row["id"], "", "").group for row in rows]
    folds = np.array([sorted(set(groups)).index(group) % FOLDS for group in groups])
    odds = np.zeros(len(rows))
    for fold in range(FOLDS):
        held = folds == fold
        odds[held] = inputs[held] @ logistic(inputs[~held], right[~held])
    losses = np.logaddexp(0, np.where(right > 0, -odds, odds))
    return list(zip(odds.tolist(), (right > 0).tolist(), strict=True)), float(losses.mean())


def logistic(inputs: Floats, right: Floats) -> Floats:
    """Return the weights of a logistic regression, by Newton's method; the first column is the constant."""
    penalty = PENALTY * np.diag([0.0] + [1.0] * (inputs.shape[1] - 1))
    weights = np.zeros(inputs.shape[1])
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chances - right) + penalty @ weights
        curvature = (inputs.T * (chances * (1 - chances))) @ inputs + penalty
        weights -= np.linalg.solve(curvature, slope)
    return weights


def report(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the report."""
    head = f"| {' | '.join(map(str, SHOWN))} |\n| --- |{' --- |' * len(SHOWN)}"
    yield f"{len(rows)} prompts\n\n| shown, % {head}"
    yield line("greedy first word behind the last word", score(rows, lambda row: tuple(row["plain"])))
    yield line("+ token healing: behind the space", score(rows, lambda row: tuple(row["healed"])))
    yield line("+ the likeliest whole word", score(rows, best))
    yield line("masked model, from the left", score(rows, with_left))
    for count in (1, 2, 3, 9):
        scored, loss = calibrated(rows, count)
        yield line(f"logistic of {count} features, log loss {loss:.4f}", scored)
    yield f"\n| text follows, shown, % {head}"
    between = [row for row in rows if row["both"]]
    for removed in ((1, 2, 3), (1,), (2,), (3,)):
        some = [row for row in between if row["removed"] in removed]
        names = ", ".join(map(str, removed))
        yield line(f"{names} words missing, causal alone", score(some, best))
        yield line(f"{names} words missing, masked agrees", score(some, with_both))
    yield f"\nagreement {AGREEMENT}, asked from {LEAST}"
    for often in (0.0, 0.25, 0.5, 0.75, 1.0):
        scored = [one for one in score(rows, best) if one[0] >= least_sureness(often)]
        right = 100 * sum(is_right for _, is_right in scored) / max(len(scored), 1)
        yield f"often {often:4}: shown {100 * len(scored) / len(rows):.1f} %, right {right:.1f} %"


if __name__ == "__main__":
    for text in report([json.loads(row) for row in Path(sys.argv[1]).read_text("utf-8").splitlines()]):
        print(text)
