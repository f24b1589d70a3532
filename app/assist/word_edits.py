"""A word put into a sentence or taken out of it: spaces, capitals and articles are set right."""

import re
from dataclasses import dataclass

from app.assist.word_suggestions import begins_sentence, match_case, match_sentence
from app.engines.english import ARTICLES, FUNCTION_WORDS, article_for

OPENING = "“‘«‹([{—–-/"
CLOSING = ".,;:!?…”’»›)]}—–-/%"
EITHER_SIDE = "\"'*_`"  # quotes and Markdown's markers: opening in front of a word, closing behind it
UNSPACED = re.compile(r"[\u3005-\u30ff\u3400-\u9fff]")  # Chinese and Japanese set no spaces
_FIRST_WORD = re.compile(r"\s*(\w+)")
_LAST_WORD = re.compile(r"(\w+)\s+$")


@dataclass(frozen=True, slots=True)
class Edit:
    """Write `text` in place of what stands from `start` to `end`; the caret then stands at `caret`.

    All in code points.
    """

    start: int
    end: int
    text: str
    caret: int


def insertion(word: str, text: str, position: int) -> Edit:
    """Return the edit that puts `word` in at `text[position]`."""
    before, after = text[:position], text[position:]
    lead = " " if _needs_space_behind(before) else ""
    trail = " " if needs_space_before(after) else ""
    written = lead + match_sentence(word, text, position)
    end = position
    if begins_sentence(text, position):
        following = _FIRST_WORD.match(after)
        # What began the sentence loses its capital only where it cannot be a name.
        if following and following[1] != "I" and following[1].casefold() in FUNCTION_WORDS:
            end = position + following.end()
            trail += after[: following.start(1)] + following[1].casefold()
    return Edit(position, end, written + trail, position + len(written))


def replacement(word: str, text: str, start: int, end: int) -> Edit:
    """Return the edit that writes `word` for `text[start:end]`, and its article where one stands in front."""
    edit = Edit(start, end, word, start + len(word))
    article = _LAST_WORD.search(text[:start])
    if article is None or article[1].casefold() not in ARTICLES or not word[:1].isalpha():
        return edit
    wanted, at = article_for(word), article.start(1)
    if article[1].casefold() == wanted or (article[1] == "A" and not begins_sentence(text, at)):
        return edit  # a capital within a sentence is a letter or a mark: “grade A work”
    written = match_case(wanted, text, at, article.end(1)) + text[article.end(1) : start] + word
    return Edit(at, end, written, at + len(written))


def removal(text: str, start: int, end: int) -> Edit:
    """Return the edit that takes `text[start:end]` out."""
    before, after = text[:start], text[end:]
    following = _FIRST_WORD.match(after)
    if following is None:
        return Edit(len(before.rstrip(" ")), end, "", len(before.rstrip(" ")))
    until = end + following.start(1)
    previous = _LAST_WORD.search(before)
    if previous is None or previous[1].casefold() not in ARTICLES:
        return Edit(start, until, "", start)
    article = match_case(article_for(following[1]), text, previous.start(1), previous.end(1))
    written = article + before[previous.end(1) :]
    return Edit(previous.start(1), until, written, previous.start(1) + len(written))


def _needs_space_behind(before: str) -> bool:
    if not before or before[-1].isspace() or before[-1] in OPENING or UNSPACED.match(before[-1]):
        return False
    return before[-1] not in EITHER_SIDE or not (before[:-1] == "" or before[-2].isspace())


def needs_space_before(after: str) -> bool:
    """Tell whether a word in front of this text needs a space behind it."""
    if not after or after[0].isspace() or after[0] in CLOSING or UNSPACED.match(after[0]):
        return False
    return after[0] not in EITHER_SIDE or after[1:2].isalnum()
