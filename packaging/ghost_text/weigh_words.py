"""Weigh the next words of prompts in every way that is compared, and keep that in a file.

    python packaging/ghost_text/weigh_words.py PROMPTS.jsonl WEIGHED.jsonl [--count N] [--lead TEXT]

A run that was broken off goes on where it stopped.
"""

import argparse
import json
import math
import re
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.bench_steps import finish
from app.cli.open_model import open_mask_filler, open_text_generator
from app.engines.protocols import MaskFiller, Sampling, TextGenerator, Token
from cut_prompts import WORDS, Cut, read_cuts

WEIGHED = 6  # words
FILLERS = 50
TOKENS = 8  # of a greedy continuation, which has to end its first word
MOST_REMOVED = 3  # words that are missing where the text goes on behind the caret; one, two or three by turns
MODELS = Namespace(model=None, device=None, precision=None, data_dir=None)


def weigh(generator: TextGenerator, masked: MaskFiller, cut: Cut, lead: str, removed: int) -> dict[str, Any]:
    """Return, for each way, the words and their probabilities.

    plain: the greedy first word behind the last word of the prompt. healed: the same at the caret, behind the
    space. words: whole words. left: what the masked model puts behind the prompt. both: what it puts between
    the prompt and what follows some removed words.
    """
    prompt = lead + cut.prompt
    words = finish(generator.next_words(prompt, WEIGHED))
    ends = [word.end() for word in WORDS.finditer(cut.next)]
    following = cut.next[ends[removed - 1] :].rpartition(" ")[0].lstrip() if len(ends) > removed else ""
    return {
        "id": cut.id,
        "prompt": cut.prompt,
        "next": cut.next,
        "plain": greedy_word(generator, prompt.rstrip()),
        "healed": greedy_word(generator, prompt),
        "words": [[word.text.strip(), math.exp(word.logprob)] for word in words],
        "left": fill(masked, cut.prompt, ""),
        "both": fill(masked, cut.prompt, following) if following else None,
        "removed": removed,
    }


def greedy_word(generator: TextGenerator, prompt: str) -> tuple[str, float]:
    """Return the first word of a greedy continuation, and the product of its tokens' probabilities."""
    word, logprob = "", 0.0
    steps = generator.generate(prompt, Sampling.greedy(), TOKENS)
    for step in steps:
        if isinstance(step, Token):
            if word.strip() and not re.match(r"['’-]?\w", step.text):
                break
            word, logprob = word + step.text, logprob + step.logprob
            if not word.strip().isalnum():
                break
    steps.close()
    return word.strip(), math.exp(logprob)


def fill(masked: MaskFiller, before: str, following: str) -> dict[str, float]:
    """Return the masked model's words for the caret's place."""
    found = masked.fill_gap(before + following, len(before), FILLERS)
    return {word.text.casefold(): math.exp(word.score) for word in found}


def main() -> None:
    """Weigh what was not weighed yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prompts", type=Path)
    parser.add_argument("weighed", type=Path)
    parser.add_argument("--count", type=int, default=None)
    parser.add_argument("--lead", default="", help="put in front of every prompt")
    arguments = parser.parse_args()
    done = arguments.weighed.read_text("utf-8").count("\n") if arguments.weighed.exists() else 0
    generator, masked = open_text_generator(MODELS), open_mask_filler(MODELS)
    with arguments.weighed.open("a", encoding="utf-8") as lines:
        for number, cut in enumerate(read_cuts(arguments.prompts)[: arguments.count]):
            if number >= done:
                row = weigh(generator, masked, cut, arguments.lead, 1 + number % MOST_REMOVED)
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                lines.flush()


if __name__ == "__main__":
    main()
