"""Words in the place of a word: what the model is shown, and how its answer is written."""

import re
from collections.abc import Iterator

from app.engines.english import ends_abbreviated
from app.engines.protocols import Suggestion

PASSAGE_CHARACTERS = 800  # on either side of the word; more than the model's 128 tokens hold
MOST_WORDS = 8
CLOSING_MARKS = "\"'”’»›)]}*_」』）】"
OPENING_MARKS = "\"'“‘«‹([{*_「『（【"
SENTENCE_END = re.compile(  # the marks and the quotes that close with them; a line's end is one by itself
    r"[.!?…][{closing}]*(?=\s)|[。！？][{closing}]*|(?=\n)".format(closing=re.escape(CLOSING_MARKS))
)
LINE_MARKERS = re.compile(r"\s*(?:[#>+*-]+\s+|\d+[.)]\s+)*")  # of headings, quotes and lists


def passage_around(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Cut a long text to the sentences around a word.

    It reaches at most `PASSAGE_CHARACTERS` to either side, and to the last end of a sentence within; where
    there is none, to a space. A sentence ends with one of . ! ? … before a space, with one of 。！？, closing
    quotes included, or with its line, but not with “Mr.” and its like.

    Returns:
        The passage, and the word's place in it. Code points, half open.
    """
    first = _first_sentence(text, max(0, start - PASSAGE_CHARACTERS), start)
    last = _last_sentence(text, end, min(len(text), end + PASSAGE_CHARACTERS))
    return text[first:last], start - first, end - first


def match_case(word: str, text: str, start: int, end: int) -> str:
    """Return `word` written with the capitals of `text[start:end]`, whose place it takes.

    The first word of a phrase speaks for all of it. A suggestion with capitals of its own keeps them.
    """
    old = text[start:end]
    word = " ".join("I" if part == "i" else part for part in word.split(" "))
    if len(old) > 1 and old.isupper():
        return word.upper()
    if any(c.isupper() for c in word):
        return word
    is_capital = old[:1].isupper()
    if re.match(r"I\b", old):  # a capital by itself, not by its place
        is_capital = begins_sentence(text, start)
    return _capitalised(word) if is_capital else word


def match_sentence(word: str, text: str, position: int) -> str:
    """Return `word` as it is written at `text[position]`, with a capital where a sentence begins."""
    after_colon = text[:position].rstrip().endswith((":", "…"))  # where a sentence may begin or go on
    goes_on = after_colon and text[position:].lstrip()[:1].islower()
    begins = begins_sentence(text, position) and not goes_on
    return _capitalised(word) if word == "i" or begins else word


def in_the_words_place(words: tuple[Suggestion, ...], text: str, start: int, end: int) -> list[str]:
    """Return the suggestions as they would be written in the place of `text[start:end]`."""
    return [match_case(word.text, text, start, end) for word in words]


def begins_sentence(text: str, start: int) -> bool:
    """Tell whether `text[start]` is where a sentence begins."""
    before = text[:start].rstrip(OPENING_MARKS)
    if LINE_MARKERS.fullmatch(before.rpartition("\n")[2]):
        return True
    before = before.rstrip().rstrip(CLOSING_MARKS)
    return before[-1:] in tuple(".!?…:。！？") and not ends_abbreviated(before, text[start:])


def _first_sentence(text: str, first: int, start: int) -> int:
    """Return where the first sentence, or else word, between `first` and `start` begins."""
    if first == 0:
        return first
    cut = next(sentence_ends(text, first, start), text.find(" ", first, start))
    return start - len(text[cut:start].lstrip()) if cut >= 0 else first


def _last_sentence(text: str, end: int, last: int) -> int:
    """Return where the last sentence, or else word, between `end` and `last` ends."""
    if last == len(text):
        return last
    cut = max(sentence_ends(text, end, last), default=text.rfind(" ", end, last))
    return end + len(text[end:cut].rstrip()) if cut > end else last


def sentence_ends(text: str, first: int, last: int) -> Iterator[int]:
    """Yield where the sentences and lines of `text[first:last]` end."""
    for found in SENTENCE_END.finditer(text, first, last):
        is_lines_end = not found[0]
        if is_lines_end or not ends_abbreviated(text[first : found.end()], text[found.end() : last]):
            yield found.end()


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]
