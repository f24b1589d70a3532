"""Markdown shown as what it means: headings bold, emphasis italic, markers in the background."""

import re
from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ui.theme import Theme

PROSE, FENCED = 0, 1  # states of a block

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


class MarkdownHighlighter(QSyntaxHighlighter):
    """Formats the document's layout, never its text; follows the theme."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._choose_colours()
        theme.changed.connect(self._on_theme_changed)

    def highlightBlock(self, text: str) -> None:  # noqa: D102
        if self.previousBlockState() == FENCED or _FENCE.match(text):
            self._highlight_fenced(text)
            return
        self.setCurrentBlockState(PROSE)
        if _MARKED.search(text):
            self._highlight_marked(text)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._choose_colours()
        self.rehighlight()

    def _choose_colours(self) -> None:
        colours = self._theme.colours
        self._marker = _format(colours.muted)
        self._quote = _format(colours.muted)
        self._heading = _format(colours.ink, bold=True)
        self._code = _format(colours.ink)
        self._code.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        self._code.setBackground(QColor(colours.surface))

    def _highlight_fenced(self, text: str) -> None:
        fence = _FENCE.match(text) is not None
        inside = self.previousBlockState() == FENCED
        self.setCurrentBlockState(PROSE if inside == fence else FENCED)
        self.setFormat(0, _units(text), self._marker if fence else self._code)

    def _highlight_marked(self, text: str) -> None:
        to_units = _unit_counter(text)
        length = to_units(len(text))
        if RULE.match(text):
            self.setFormat(0, length, self._marker)
            return
        base = QTextCharFormat()
        start = 0
        if heading := HEADING.match(text):
            base, start = self._heading, heading.end(1)
        elif quote := QUOTE.match(text):
            base, start = self._quote, quote.end()
        elif mark := LIST_MARK.match(text):
            start = mark.end()
        if base.propertyCount():
            self.setFormat(0, length, base)
        self.setFormat(0, to_units(start), self._marker)
        self._highlight_spans(text, start, to_units)

    def _highlight_spans(self, text: str, start: int, to_units: Callable[[int], int]) -> None:
        """Format what is special within a line; each kind hides its markers from the next."""
        codes = list(_CODE.finditer(text, start))
        text = _CODE.sub(_mask, text)
        for match in _STRONG.finditer(text, start):
            self._change(to_units(match.start()), to_units(match.end()), 2, _embolden)
        text = _STRONG.sub(_mask_strong_markers, text)
        for match in _EMPHASIS.finditer(text, start):
            self._change(to_units(match.start()), to_units(match.end()), 1, _italicise)
        for match in codes:
            first, last, width = to_units(match.start()), to_units(match.end()), len(match[1])
            self.setFormat(first, last - first, self._marker)
            self.setFormat(first + width, last - first - 2 * width, self._code)

    def _change(self, first: int, last: int, width: int, change: Callable[[QTextCharFormat], None]) -> None:
        """Change the formats between two markers `width` units wide and dim the markers."""
        for place in range(first + width, last - width):
            form = self.format(place)
            change(form)
            self.setFormat(place, 1, form)
        for marker in (first, last - width):
            self.setFormat(marker, width, self._marker)


def _format(colour: str, *, bold: bool = False) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    if bold:
        form.setFontWeight(QFont.Weight.Bold)
    return form


def _embolden(form: QTextCharFormat) -> None:
    form.setFontWeight(QFont.Weight.Bold)


def _italicise(form: QTextCharFormat) -> None:
    form.setFontItalic(True)


def _mask(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _mask_strong_markers(match: re.Match[str]) -> str:
    return f"\0\0{match[0][2:-2]}\0\0"


def _units(text: str) -> int:
    """Return the length as Qt counts it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _unit_counter(text: str) -> Callable[[int], int]:
    """Return a function from offsets in `text` to offsets in UTF-16 units."""
    if text.isascii() or max(text) < "\U00010000":
        return lambda offset: offset
    return lambda offset: _units(text[:offset])
