"""The words of HTML."""

import re
from html import unescape

# Each piece is taken whatever comes behind it, and nothing is looked at a second time, so that the time grows
# with the length alone; `html.parser` needs twenty seconds for 100 kB of hostile text in many a Python.
_PIECE = re.compile(
    r"""<!--.*?(?:-->|\Z)
    |<(?P<unseen>script|style|template|title)\b.*?(?:</(?P=unseen)\s*+>|\Z)
    |<(?P<ends>/?)(?P<name>[a-z][^\s/>]*+)(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')|["'=])*+(?:>|\Z)
    |<[!?/][^>]*+(?:>|\Z)
    |(?P<words><?[^<]*+)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_CELL = re.compile("td|th")
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|d[dlt]|div|fieldset|fig.+|footer|form|h[1-6r]|header|html|li|main|nav|ol"
    "|p|pre|section|table|tbody|thead|tr|ul"
)


def words_of(html: str) -> str:
    """Return a line for each paragraph, heading, item of a list and row of a table, and after each `<br>`."""
    lines: list[str] = []
    line: list[str] = []
    has_words = is_kept = False  # is_kept: spaces and line ends mean what they are

    def end_line() -> None:
        words = "".join(line)
        lines.append(words if is_kept else _SPACES.sub(" ", words).strip(" "))
        line.clear()

    for piece in _PIECE.finditer(html):
        name = (piece["name"] or "").lower()
        if piece["words"]:
            line.append(unescape(piece["words"]))
            has_words = has_words or not line[-1].isspace()
        elif name == "br" or (has_words and _BLOCK.fullmatch(name)):
            end_line()
            has_words = False
        elif _CELL.fullmatch(name):
            line.append(" ")
        if name == "pre":
            is_kept = not piece["ends"]
    if has_words:
        end_line()
    return "\n".join(lines)
