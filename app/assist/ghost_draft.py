"""When ghost text speaks, what it says, and where it stops.

It goes on from the surest next word, word by word, as long as it is likely that all of them are right. How
often it speaks, and how often it is right, is measured in packaging/ghost_text.
"""

import math
import re
import unicodedata
from collections.abc import Generator

from app.assist.ghost_agreement import SureWord, agreed
from app.engines.prompts import Prompt, extended, story_of
from app.engines.protocols import Checked, MaskFiller, Prefilled, TextGenerator
from app.writing_systems import UNSPACED

MOST_WORDS = 8
WEIGHED = 2  # words at each step; the best of fewer first tokens is not always the likeliest word
WEIGHED_BETWEEN = 6  # where text follows, from which it may choose
SELDOM, OFTEN = 0.75, 0.27  # least sureness of the first word, at both ends; 0.45 in the middle
LATER = 0.7  # all words together may be this much less sure than the first has to be
SENTENCE_ENDS = ".!?…。！？"
CLOSING_MARKS = "\"'”’»)」』"

_UNSPACED = re.compile(f"[{UNSPACED}]")

Steps = Generator[Prefilled | Checked | str, None, str]


def least_sureness(often: float) -> float:
    """Return how sure the first word has to be, 0 to 1.

    Args:
        often: 0 seldom, 1 often; see `Draft`.
    """
    return float(SELDOM * (OFTEN / SELDOM) ** often)


def draft(
    generator: TextGenerator,
    masked: MaskFiller | None,
    prompt: Prompt,
    following: str,
    often: float,
    choice: int = 0,
) -> Steps:
    """Write ghost text, or find that nothing is sure; yield what is sure so far whenever there is more of it.

    Args:
        generator: writes the words.
        masked: agrees with them, or not; None where no masked model is loaded.
        prompt: what stands before the caret.
        following: what stands behind it.
        often: see `Draft`.
        choice: see `Draft`.
    """
    before, line = story_of(prompt), following.partition("\n")[0]
    if not before.strip() or _is_within_word(before, line):
        return ""
    least, sureness, written = least_sureness(often), 1.0, ""
    for number in range(MOST_WORDS):
        found = yield from generator.next_words(
            extended(prompt, written),
            WEIGHED if number else choice + (WEIGHED_BETWEEN if line else WEIGHED),
        )
        words = [SureWord(word.text, math.exp(word.logprob)) for word in found]
        if not number:
            words = agreed(words, masked, before, line)[choice:]
        if not words or _is_taken_over(words[0].text, line):
            break
        if not choice or visible(written):  # what the writer leafed on to is shown, however unsure
            sureness *= words[0].sureness
        if sureness < (least * LATER if number else least):
            break
        written += words[0].text
        if visible(written):
            yield visible(written)
        if ends_sentence(written):
            break
    shown = visible(written)
    return shown + " " if shown and line[:1].isalnum() and not _UNSPACED.match(line) else shown


def visible(written: str) -> str:
    """Return what of ghost text is worth showing: from a first word on, without an opening mark at its end.

    A lone comma saves nobody a key, and a quotation mark says nothing without what it opens.
    """
    pieces = written.split(" ")
    while pieces and not any(character.isalnum() for character in pieces[-1]):
        pieces.pop()
    return " ".join(pieces)


def ends_sentence(written: str) -> bool:
    """Tell whether a sentence ends here."""
    return written.rstrip(CLOSING_MARKS).endswith(tuple(SENTENCE_ENDS))


def _is_within_word(before: str, following: str) -> bool:
    sides = before[-1] + following[:1]
    return len(sides) == 2 and all(map(_is_of_word, sides)) and not _UNSPACED.search(sides)


def _is_of_word(character: str) -> bool:
    """Tell whether words are made of a character: accents and vowel signs count as well as letters."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _is_taken_over(word: str, following: str) -> bool:
    """Tell whether the text behind the caret begins with a word."""
    word, following = word.strip(), following.lstrip()
    return bool(word) and following.startswith(word) and not following[len(word) :][:1].isalnum()
