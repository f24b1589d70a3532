"""A place between two texts: how it is filled so that spaces, line breaks and sentences come out right."""

import re
from dataclasses import dataclass

from app.assist.word_edits import needs_space_before
from app.assist.word_suggestions import CLOSING_MARKS, begins_sentence, sentence_ends

MOST_ENDS = 3  # of one way on; at each a sentence ends
WORDS_IN = 1, 2, 3, 4, 6, 8  # words that may lead into the rest of a sentence
SAME_WORDS = 3  # that a sentence begins with tell that it says what follows
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
FULL_STOPS = tuple(".!?…。！？")


@dataclass(frozen=True, slots=True)
class Way:
    """A text that fills a gap, and one of the ends that it may have.

    text: behind the gap's lead, with the space or line breaks before what follows.
    number: which of the ways on it is cut from. is_whole: whether it stops by itself.
    """

    text: str
    number: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands around a place.

    lead: line breaks that come first, where a paragraph is put between two others.
    trail: those that come last.
    is_within: whether it lies within a sentence that the text behind it ends.
    """

    before: str
    following: str
    lead: str
    trail: str
    is_within: bool

    def is_done(self, text: str) -> bool:
        """Tell whether no more of a way on is wanted."""
        body = self._body(text)
        if body != self._joined(text):  # it says what follows, or begins another paragraph
            return bool(body.strip())
        if self.is_within:
            return len(_WORD.findall(body)) > WORDS_IN[-1] or bool(_ends(body))
        return len([end for end in _ends(body) if end < len(body)]) >= MOST_ENDS  # a quote may still close

    def ways(self, number: int, text: str, is_ended: bool) -> list[Way]:
        """Return a way on with each of the ends that it may have.

        Args:
            number: which it is.
            text: as the model wrote it.
            is_ended: whether the model ended it, rather than being cut off.
        """
        joined = self._joined(text)
        body = self._body(text)
        is_ended |= body != joined
        if not _WORD.search(body):
            return []
        if self.is_within:
            return self._few_words(number, body)
        ends = _ends(body) or ([len(body.rstrip())] if is_ended else [])
        whole = [end for end in ends if _quotes_are_closed(body[:end])][:MOST_ENDS]
        if whole:
            return [Way(self._trailed(body[:end]), number, True) for end in whole]
        cut = ends[0] if ends else body.rstrip().rfind(" ")
        return [Way(self._trailed(body[:cut] if cut > 0 else body), number, False)]

    def _few_words(self, number: int, body: str) -> list[Way]:
        words = list(_WORD.finditer(body[: min(_ends(body), default=len(body))]))[:-1]
        places = [words[count - 1].end() for count in WORDS_IN if count <= len(words)]
        return [Way(self._trailed(body[:end]), number, True) for end in places]

    def _trailed(self, text: str) -> str:
        if self.trail or not needs_space_before(self.following):
            return text.rstrip() + self.trail
        return text.rstrip() + " "

    def _joined(self, text: str) -> str:
        """Return the text without the white space that stands before the place already."""
        if self.lead or not self.before or self.before[-1].isspace():
            return text.lstrip()
        stripped = text.lstrip()
        begins = text[: len(text) - len(stripped)]
        if "\n" not in begins:
            return text
        starts_paragraph = not self.is_within and self.following.startswith("\n")
        return (_breaks(self.following) if starts_paragraph else " ") + stripped

    def _body(self, text: str) -> str:
        """Return it as far as its paragraph goes, and only until it says what follows."""
        text = self._joined(text)
        start = len(text) - len(text.lstrip())
        end = text.find("\n", start)
        text = text if end < 0 else text[:end]
        opening = _first_words(self.following)
        if len(opening) < SAME_WORDS:
            return text
        begins = [word.start() for word in _WORD.finditer(text)] if self.is_within else [start, *_ends(text)]
        return text[: next((begin for begin in begins if _first_words(text[begin:]) == opening), len(text))]


def gap_between(before: str, following: str) -> Gap:
    """Return what there is to know of the place between two texts."""
    text = following.lstrip(" \t")
    first = text[:1]
    goes_on = first.islower() or first in ",;:.!?…)]”’»—–"
    is_within = (
        bool(first) and goes_on and (not begins_sentence(before + following, len(before)) or first.islower())
    )
    lead = trail = ""
    if before.endswith("\n") and following.startswith("\n") and _has_blank_lines(before, following):
        lead = "\n" * (2 - _count_breaks(before[::-1]))
        trail = "\n" * (2 - _count_breaks(following))
    return Gap(before, following, lead, trail, is_within)


def last_sentence(text: str) -> str:
    """Return the last sentence of a text."""
    text = text.strip()
    tail = text[-600:]
    ends = [end for end in sentence_ends(tail, 0, len(tail)) if end < len(tail)]
    return tail[ends[-1] if ends else 0 :].strip()


def first_sentence(text: str) -> str:
    """Return the first sentence of a text."""
    text = text.strip()
    return text[: next(sentence_ends(text, 0, len(text)), len(text))]


def _ends(text: str) -> list[int]:
    """Return where its sentences end; the last one needs no space behind it."""
    ends = dict.fromkeys(sentence_ends(text + "\n", 1, len(text) + 1))
    return [end for end in ends if text[:end].rstrip(CLOSING_MARKS).endswith(FULL_STOPS)]


def _first_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text[:200])[:SAME_WORDS]]


def _quotes_are_closed(text: str) -> bool:
    return text.count('"') % 2 == 0 and text.count("“") <= text.count("”")


def _has_blank_lines(before: str, following: str) -> bool:
    """Tell whether blank lines part the paragraphs; a blank line between mere line breaks is to be filled."""
    around = before.rstrip("\n") + "\0" + following.lstrip("\n")
    return "\n\n" in around or not re.search(r"[^\n]\n[^\n]", around)


def _count_breaks(text: str) -> int:
    return min(len(text) - len(text.lstrip("\n")), 2)


def _breaks(following: str) -> str:
    return "\n" * max(_count_breaks(following), 1)
