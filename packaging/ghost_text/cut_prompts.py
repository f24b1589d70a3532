"""Prompts that break off in mid-sentence, and the words that their authors wrote next.

    python packaging/ghost_text/cut_prompts.py --text FOLDER --without FILE --out PROMPTS.jsonl

FOLDER holds plain text packed as .bz2, one paragraph a line and a blank line between documents.
"""

import argparse
import bz2
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

NAMES = {"fiction_standardebooks": 4, "nonfiction_openstax": 5}  # files, and prompts from each document
BETWEEN_WORDS = re.compile(r"(?<=\w) (?=\w)")
SHORTEST, LONGEST = 83, 1051  # characters of a prompt
NEXT = 119  # characters of what follows, at most
FEWEST_NEXT = 80
PARAGRAPH = 240  # characters, at least, so that prompts are as long as those that decide
KNOWN_BY = 80  # characters at a paragraph's beginning
WORDS = re.compile(r"[\w'’-]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A paragraph that was cut behind a space, in mid-sentence."""

    id: str
    prompt: str
    next: str

    @property
    def group(self) -> str:
        """The document that it is from."""
        return self.id.rpartition("-")[0] or self.id

    def is_right(self, text: str) -> bool:
        """Tell whether a continuation begins with the author's word, whatever its case."""
        return first_word(text) == first_word(self.next) != ""


def first_word(text: str) -> str:
    """Return the first word, in lower case, or the first mark; the scorer counts in the same way."""
    found = WORDS.search(text.replace("’", "'"))
    return found[0].lower() if found else ""


def read_cuts(file: Path) -> list[Cut]:
    """Read prompts: {"id", "prompt", "next"} a line, packed or not."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    rows = map(json.loads, content.splitlines())
    return [Cut(str(row["id"]), row["prompt"], row["next"]) for row in rows]


def cut(folder: Path, without: set[str], dice: Random) -> Iterator[Cut]:
    """Cut a few paragraphs of every document.

    Args:
        folder: of texts.
        without: how paragraphs begin that are left out.
        dice: which paragraphs, and where.
    """
    for name, count in NAMES.items():
        documents = bz2.decompress((folder / f"{name}.txt.bz2").read_bytes()).decode().split("\n\n")
        for number, document in enumerate(documents):
            paragraphs = [paragraph for paragraph in document.split("\n") if len(paragraph) >= PARAGRAPH]
            paragraphs = [one for one in paragraphs if one[:KNOWN_BY] not in without]
            for place, paragraph in enumerate(dice.sample(paragraphs, min(count, len(paragraphs)))):
                ends = [space.end() for space in BETWEEN_WORDS.finditer(paragraph)]
                ends = [at for at in ends if SHORTEST <= at <= min(LONGEST, len(paragraph) - FEWEST_NEXT)]
                if ends:
                    at = dice.choice(ends)
                    yield Cut(f"{name}-{number}-{place}", paragraph[:at], paragraph[at : at + NEXT])


def main() -> None:
    """Write a few thousand prompts in random order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--without", type=Path, required=True, help="prompts that decide, which are left out")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    dice = Random(6)
    cuts = list(cut(arguments.text, {one.prompt[:KNOWN_BY] for one in read_cuts(arguments.without)}, dice))
    dice.shuffle(cuts)
    with arguments.out.open("w", encoding="utf-8") as lines:
        for one in cuts:
            row = {"id": one.id, "prompt": one.prompt, "next": one.next}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(len(cuts), "prompts")


if __name__ == "__main__":
    main()
