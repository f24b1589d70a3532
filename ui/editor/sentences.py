"""The sentences of a paragraph."""

from dataclasses import dataclass

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QTextBlock, QTextCursor

from app.engines.english import ends_abbreviated
from ui.editor.markdown import HEADING, LIST_MARK, QUOTE, RULE
from ui.editor.markdown_highlighter import FENCED
from ui.editor.plain_text import from_utf16, to_utf16, utf16_length

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
    units = to_utf16(text)
    begin = block.position()
    return [
        Sentence(from_utf16(units[2 * start : 2 * end]), begin + start, begin + end)
        for start, end in sentence_places(text, _lead(text))
    ]


def select_sentence(cursor: QTextCursor) -> QTextCursor:
    """Return a cursor that selects the sentence in which the selection begins, or else its paragraph."""
    block = cursor.document().findBlock(cursor.selectionStart())
    offset = cursor.selectionStart() - block.position()
    start, end = 0, block.length() - 1
    for place in sentence_places(block.text(), _lead(block.text())):
        if place[0] <= offset:
            start, end = place
    sentence = QTextCursor(block)
    sentence.setPosition(block.position() + start)
    sentence.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
    return sentence


def sentence_places(text: str, begin: int = 0) -> list[tuple[int, int]]:
    """Return where the sentences of a paragraph begin and end, in UTF-16 code units, half open.

    By Unicode's rules (UAX #29), which know neither abbreviations nor that a sentence goes on behind a
    question that is spoken in it.

    Args:
        text: the paragraph.
        begin: where its first sentence may begin.
    """
    units = to_utf16(text)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Sentence, text)
    finder.setPosition(begin)
    places: list[tuple[int, int]] = []
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
    return ends_abbreviated(end, piece)


def _has_letters(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _without_space(units: bytes, start: int, end: int) -> tuple[int, int]:
    text = from_utf16(units[2 * start : 2 * end])
    before, behind = text[: -len(text.lstrip())], text[len(text.rstrip()) :]
    return start + utf16_length(before), end - utf16_length(behind)


def _lead(text: str) -> int:
    """Return the length of the marks of quotations and lists in front of a paragraph, in code units."""
    quote = QUOTE.match(text)
    begin = quote.end() if quote else 0
    mark = LIST_MARK.match(text, begin)
    return utf16_length(text[: mark.end() if mark else begin])
