"""What the signs of Markdown mean in one line of it."""

import re
from itertools import groupby

LONGEST = 10_000  # characters of a line that is looked at; in hostile ones the time grows with the square

MARKER, CODE, HEADED, QUOTED, STRONG, EMPHASISED = 1, 2, 4, 8, 16, 32

Span = tuple[int, int, int]  # begin and end in characters, half open, and the sum of what it is

# Most paragraphs of prose hold none of these and cost one look.
_MARKED = re.compile(r"[*_`]|^ {0,3}(?:#|>|~~~|[-+] |\d{1,9}[.)] )")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
HEADING = re.compile(r" {0,3}(#{1,6})(?: |$)")
QUOTE = re.compile(r"(?: {0,3}> ?)+")
LIST_MARK = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])(?= )")
RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_STRONG = re.compile(r"\*\*(?!\s)(.+?)(?<!\s)\*\*(?!\*)|(?<!\w)__(?!\s)(.+?)(?<!\s)__(?!\w)")
_EMPHASIS = re.compile(r"\*(?![\s*])([^*]*?[^\s*])\*(?!\*)|(?<!\w)_(?![\s_])(.*?[^\s_])_(?!\w)")


def is_fence(text: str) -> bool:
    """Tell whether a line begins or ends a block of code."""
    return _FENCE.match(text) is not None


def spans_of(text: str) -> list[Span]:
    """Return what is special in a line outside of fenced code, in its order and without overlaps."""
    if len(text) > LONGEST or not _MARKED.search(text):
        return []
    if RULE.match(text):
        return [(0, len(text), MARKER)]
    return _spans(_kinds(text))


def _kinds(text: str) -> bytearray:
    """Return what each character is; each kind hides its markers from the next."""
    base, start = 0, 0
    if heading := HEADING.match(text):
        base, start = HEADED, heading.end(1)
    elif quote := QUOTE.match(text):
        base, start = QUOTED, quote.end()
    elif mark := LIST_MARK.match(text):
        start = mark.end()
    kinds = bytearray([MARKER]) * start + bytearray([base]) * (len(text) - start)
    codes = list(_CODE.finditer(text, start))
    text = _CODE.sub(_mask, text)
    for match in _STRONG.finditer(text, start):
        _mark(kinds, match, 2, STRONG)
    text = _STRONG.sub(_mask_strong_markers, text)
    for match in _EMPHASIS.finditer(text, start):
        _mark(kinds, match, 1, EMPHASISED)
    for match in codes:
        first, last, width = match.start(), match.end(), len(match[1])
        kinds[first:last] = bytes([MARKER]) * (last - first)
        kinds[first + width : last - width] = bytes([CODE]) * (last - first - 2 * width)
    return kinds


def _mark(kinds: bytearray, match: re.Match[str], width: int, kind: int) -> None:
    """Add a kind between two markers `width` characters wide."""
    first, last = match.start(), match.end()
    kinds[first + width : last - width] = (each | kind for each in kinds[first + width : last - width])
    kinds[first : first + width] = kinds[last - width : last] = bytes([MARKER]) * width


def _spans(kinds: bytearray) -> list[Span]:
    spans = []
    begin = 0
    for kind, group in groupby(kinds):
        end = begin + sum(1 for _ in group)
        if kind:
            spans.append((begin, end, kind))
        begin = end
    return spans


def _mask(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _mask_strong_markers(match: re.Match[str]) -> str:
    return f"\0\0{match[0][2:-2]}\0\0"
