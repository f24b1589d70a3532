"""The sentences of a paragraph."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QTextBlock

from ui.editor.markdown_highlighter import FENCED, HEADING, LIST_MARK, QUOTE, RULE
from ui.editor.plain_text import from_utf16, to_utf16, utf16_length

# Behind these a full stop seldom ends a sentence: in front of a name, and in front of a figure.
_BEFORE_NAMES = re.compile(
    "adm|bros|capt|cf|col|drs?|gen|gov|hon|lieut|lt|maj|messrs|mlle|mme|mrs?|ms|mts?|prof|rep|rev|sen|sgt|st|"
    "ste|viz|vs"
)
_BEFORE_FIGURES = re.compile("ch|eq|figs?|nos?|pp|sec|vols?")
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]\.)*([^\W\d_]+)\.\s*$")  # U.S., J., p.m., Mr.
_END = 40  # code units that are looked at to see whether a sentence ends
_CLOSING = " \t\u00a0\u2028\"'”’»)]}*_"


@dataclass(frozen=True)
class Sentence:
    """A sentence on the page: its text, and its place in UTF-16 code units, half open."""

    text: str
    start: int
    end: int


def sentences_of(block: QTextBlock) -> list[Sentence]:
    """Return the sentences of a paragraph; headings, rules and fenced code hold none."""
    text = block.text()
    is_fenced = FENCED in (block.userState(), block.previous().userState())
    if is_fenced or RULE.match(text) or HEADING.match(text):
        return []
    lead = utf16_length(_lead(text))
    units = to_utf16(text)[2 * lead :]
    begin = block.position() + lead
    return [
        Sentence(from_utf16(units[2 * start : 2 * end]), begin + start, begin + end)
        for start, end in sentence_places(from_utf16(units))
    ]


def sentence_places(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of a paragraph begin and end, in UTF-16 code units, half open.

    By Unicode's rules (UAX #29), which know neither abbreviations nor that a sentence goes on behind a
    question that is spoken in it.
    """
    units = to_utf16(text)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Sentence, text)
    places: list[tuple[int, int]] = []
    begin = 0
    while (end := finder.toNextBoundary()) != -1:
        piece = from_utf16(units[2 * begin : 2 * end])
        end_before = from_utf16(units[2 * max(begin - _END, 0) : 2 * begin])
        if places and _goes_on(end_before, piece):
            places[-1] = (places[-1][0], end)
        elif _has_letters(piece):
            places.append((begin, end))
        begin = end
    return [_without_space(units, *place) for place in places]


def _goes_on(end: str, piece: str) -> bool:
    """Tell whether `piece` belongs to the sentence that has this end."""
    last = end.rstrip(_CLOSING)[-1:]
    first = next((c for c in piece if c.isalnum()), "")
    if not first or first.islower() or last.isalnum() or last in "—–-,;:":
        return True
    abbreviated = _ABBREVIATED.search(end)
    if abbreviated is None:
        return False
    word = abbreviated[1].lower()
    is_letter = len(word) == 1 and abbreviated[0].strip() != "I."
    before_figure = first.isdigit() and _BEFORE_FIGURES.fullmatch(word) is not None
    return is_letter or before_figure or _BEFORE_NAMES.fullmatch(word) is not None


def _has_letters(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _without_space(units: bytes, start: int, end: int) -> tuple[int, int]:
    text = from_utf16(units[2 * start : 2 * end])
    before, behind = text[: -len(text.lstrip())], text[len(text.rstrip()) :]
    return start + utf16_length(before), end - utf16_length(behind)


def _lead(text: str) -> str:
    """Return the marks of quotations and lists in front of a paragraph."""
    quote = QUOTE.match(text)
    begin = quote.end() if quote else 0
    mark = LIST_MARK.match(text, begin)
    return text[: mark.end() if mark else begin]
