"""Words in the place of a word: what the model is shown, and how its answer is written."""

from app.engines.protocols import Suggestion

PASSAGE_CHARACTERS = 800  # on either side of the word; more than the model's 128 tokens hold
MOST_WORDS = 8
SENTENCE_ENDS = ".!?…:\n"
CLOSING_MARKS = "\"'”’»)]* \t\u00a0"


def passage_around(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Cut a long text to the part around a word.

    Returns:
        The passage, and the word's place in it. Code points, half open.
    """
    first = max(0, start - PASSAGE_CHARACTERS)
    return text[first : end + PASSAGE_CHARACTERS], start - first, end - first


def match_case(word: str, text: str, start: int, end: int) -> str:
    """Return `word` written with the capitals of `text[start:end]`, whose place it takes."""
    old = text[start:end]
    if word == "i":
        word = "I"
    if old == "I":  # a capital by itself, not by its place
        return _capitalised(word) if begins_sentence(text, start) else word
    if len(old) > 1 and old.isupper():
        return word.upper()
    if old[:1].isupper():
        return _capitalised(word)
    return word


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
    before = text[:start].rstrip(CLOSING_MARKS + "“‘«([#>")  # the last two begin a heading or quotation
    return not before or before[-1] in SENTENCE_ENDS


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]
