"""Measure how a model is best shown a text and what the writer noted, and print one JSON object.

python packaging/steering/measure.py --text FOLDER [--dev FILE] [--model NAME] [--prompts N]

Places are cut out of books. What the author wrote next is weighed behind the text before it, shown in every
way of `FORMS`. The notes are made of the book, as far as it stands before what is shown: who comes up, and
sentences that tell of them; a page of it as the style sample.
"""

import argparse
import bz2
import gzip
import json
import math
import random
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from app.engines.causal_loading import load_causal_model
from app.engines.causal_model import CausalModel
from app.engines.tokenizer_loading import load_tokenizer
from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths

SHOWN = 800  # characters of text before the place, and up to as many to the beginning of a paragraph
EARLIER = 10_000  # characters before these, which the notes are made of
NEXT = 120  # characters that the author wrote next
NOTE_BEFORE = 400  # characters between the author's note and the place
READ = 4_000_000  # characters of each packed file
SEED = 6
NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][a-z]{2,})(?: [A-Z][a-z]{2,})*")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]+[\"”’']?")


@dataclass(frozen=True)
class Place:
    """A place in a text: what stands before it, what the author wrote next, and notes on what came first."""

    before: str
    next: str
    names: str = ""
    facts: str = ""
    style: str = ""
    unrelated: str = ""
    is_named: bool = False  # what comes next names somebody of the notes


@dataclass
class Tally:
    """Nats and bits of one form, place by place."""

    nats: list[float] = field(default_factory=list)  # per token of what the author wrote next
    right: list[bool] = field(default_factory=list)  # whether the likeliest first word is the author's


Part = tuple[str, bool]  # text, and whether its marks are those of the chat template
Form = Callable[[Place], list[Part]]


def chat(place: Place, told: str = "") -> list[Part]:
    """Return the text as an answer that has been begun."""
    lead = "You are a novelist. You continue the text that you are given in the same voice."
    asked = "Continue this text. Write only what comes next."
    notes = f"\n\nWhat is known:\n{told}" if told else ""
    return [
        (f"<|im_start|>system\n{lead}", True),
        (notes, False),
        (f"<|im_end|>\n<|im_start|>user\n{asked}<|im_end|>\n<|im_start|>assistant\n", True),
        (place.before, False),
    ]


def plain(lead: str) -> list[Part]:
    """Return a text alone."""
    return [(lead, False)]


def near(place: Place, note: str) -> list[Part]:
    """Return the text with a note in front of its last sentences."""
    begin = max(len(place.before) - NOTE_BEFORE, 0)
    found = re.search(r"\n+|[.!?][\"”’']?\s+", place.before[begin:])
    cut = begin + found.end() if found else begin
    return plain(f"{place.before[:cut].rstrip()}\n\n{note}\n\n{place.before[cut:]}")


FORMS: dict[str, Form] = {
    "raw": lambda p: plain(p.before),
    "note near the caret, paragraph": lambda p: near(p, p.facts),
    "note near the caret, [brackets]": lambda p: near(p, f"[{p.facts}]"),
    "note near the caret, [Note: brackets]": lambda p: near(p, f"[Note: {p.facts}]"),
    "chat": chat,
    "memory, chat": lambda p: chat(p, p.facts),
    "memory, paragraph": lambda p: plain(f"{p.facts}\n\n{p.before}"),
    "memory, paragraph and ***": lambda p: plain(f"{p.facts}\n\n***\n\n{p.before}"),
    "memory, [brackets]": lambda p: plain(f"[{p.facts}]\n\n{p.before}"),
    "memory, [Note: brackets]": lambda p: plain(f"[Note: {p.facts}]\n\n{p.before}"),
    "memory of another book, paragraph and ***": lambda p: plain(f"{p.unrelated}\n\n***\n\n{p.before}"),
    "names, [Characters: brackets]": lambda p: plain(f"[Characters: {p.names}]\n\n{p.before}"),
    "style sample, paragraphs": lambda p: plain(f"{p.style}\n\n{p.before}"),
    "style sample and ***": lambda p: plain(f"{p.style}\n\n***\n\n{p.before}"),
}
BARE = ("raw", "chat")  # need no notes


def documents(folder: Path) -> Iterator[list[str]]:
    """Yield the paragraphs of each document of a folder of packed text."""
    for file in sorted(folder.glob("*.bz2")):
        with bz2.open(file, "rt", encoding="utf-8") as packed:
            for document in packed.read(READ).split("\n\n"):
                yield document.split("\n")


def cut_places(folder: Path, count: int) -> list[Place]:
    """Cut places out of books, one out of each of as many as there are."""
    dice = random.Random(SEED)
    texts = ["\n\n".join(paragraphs) for paragraphs in documents(folder)]
    texts = [text for text in texts if len(text) > 2 * (EARLIER + SHOWN)]
    dice.shuffle(texts)
    places: list[Place] = []
    unrelated = ""
    for text in texts[: count + 1]:
        place = _cut(text, dice, unrelated)
        places += [place] if unrelated and place.facts else []
        unrelated = place.facts or unrelated
    return places


def _cut(text: str, dice: random.Random, unrelated: str) -> Place:
    at = dice.randrange(EARLIER + SHOWN, len(text) - 2 * NEXT)
    at = text.index(" ", at)
    begin = text.rfind("\n\n", 0, at - SHOWN) + 2
    before, coming = text[max(begin, at - 2 * SHOWN) : at], text[at : at + NEXT].rpartition(" ")[0]
    earlier = text[max(begin - EARLIER, 0) : begin]
    counted = Counter(NAME.findall(earlier))
    names = [name for name, times in counted.most_common(8) if times > 1]
    around = [name for name in names if name in before]
    sentences = [s.strip() for s in SENTENCE.findall(earlier) if 40 < len(s) < 200]
    facts: list[str] = []
    for name in (around or names)[:4]:
        facts += [s for s in sentences if name in s and s not in facts][-2:]
    facts = facts[:5]
    style = earlier[:SHOWN].partition("\n\n")[2].rpartition("\n\n")[0] or earlier[:SHOWN]
    is_named = any(name in coming for name in names)
    return Place(before, coming, ", ".join(names), " ".join(facts), style, unrelated, is_named)


def read_places(file: Path) -> list[Place]:
    """Read prompts that were cut by others: JSON lines with `prompt` and `next`."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(SEED).shuffle(rows)
    return [Place(row["prompt"].rstrip(), " " + row["next"]) for row in rows]


class Scales:
    """Weighs what comes next behind what is shown."""

    def __init__(self, model: CausalModel, tokenizer: Tokenizer) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._read: list[int] = []

    def weigh(self, parts: Sequence[Part], following: str) -> tuple[float, bool]:
        """Return the mean nats of a token of `following`, and whether its first word is the likeliest."""
        shown = [token for part in parts for token in self._encode(*part)]
        coming = self._encode(following, False)
        word = len(self._encode(re.match(r"\s*\S[\w’']*", following)[0], False))  # type: ignore[index]
        ids = shown + coming[:-1]
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(self._read, shown[:-1], strict=False))
        known = sum(1 for _ in alike)  # is not read anew
        known = known if self._model.cut(known) else 0
        logits = self._model.read(ids[known:], len(coming))
        self._read = ids
        rows = logits.float().log_softmax(-1)
        nats = -rows[torch.arange(len(coming)), coming].mean().item()
        return nats, rows[:word].argmax(-1).tolist() == coming[:word]

    def _encode(self, text: str, is_template: bool) -> list[int]:
        self._tokenizer.encode_special_tokens = not is_template
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def measure(scales: Scales, places: Sequence[Place], forms: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Weigh place after place, and yield what is known after each."""
    tallies = {form: Tally() for form in forms}
    named: list[bool] = []
    for place in places:
        named.append(place.is_named)
        for form, tally in tallies.items():
            nats, right = scales.weigh(FORMS[form](place), place.next)
            tally.nats.append(nats)
            tally.right.append(right)
        yield {form: _summary(tally, tallies["raw"], named) for form, tally in tallies.items()}


def _summary(tally: Tally, raw: Tally, named: Sequence[bool]) -> dict[str, float]:
    gains = [other - own for own, other in zip(tally.nats, raw.nats, strict=True)]
    where_named = [gain for gain, is_named in zip(gains, named, strict=True) if is_named]
    error = statistics.stdev(gains) / math.sqrt(len(gains)) if len(gains) > 1 else 0.0
    return {
        "places": len(gains),
        "perplexity": round(math.exp(statistics.mean(tally.nats)), 2),
        "first word right %": round(100 * statistics.mean(tally.right), 1),
        "nats gained over raw": round(statistics.mean(gains), 4),
        "standard error": round(error, 4),
        "nats gained where somebody is named": round(statistics.mean(where_named or [0.0]), 4),
    }


def main(argv: Sequence[str]) -> int:
    """Carry out a command line, without the program's name, and return the exit status."""
    parser = argparse.ArgumentParser(prog="measure.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--text", type=Path, required=True, metavar="FOLDER", help="packed books (.txt.bz2)")
    parser.add_argument("--dev", type=Path, metavar="FILE", help="prompts cut by others (.jsonl.gz)")
    parser.add_argument("--model", default="", help="a known model or a folder; the starter where left out")
    parser.add_argument("--prompts", type=int, default=300, help="places to cut out of books")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep the figures there after each place")
    arguments = parser.parse_args(argv)
    folder = Library(Paths.of_this_machine().models, Catalog.shipped()).causal(arguments.model)
    loading = load_causal_model(folder, "cpu", "auto")
    try:
        while True:
            next(loading)
    except StopIteration as end:
        scales = Scales(end.value.model, load_tokenizer(folder))
    torch.set_num_threads(arguments.threads)
    sets = {}
    if arguments.dev:
        sets["dev"] = read_places(arguments.dev), BARE
    if arguments.prompts:
        sets["books"] = cut_places(arguments.text, arguments.prompts), tuple(FORMS)
    figures: dict[str, Any] = {}
    for name, (places, forms) in sets.items():
        for figures[name] in measure(scales, places, forms):
            if arguments.out:
                arguments.out.write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
