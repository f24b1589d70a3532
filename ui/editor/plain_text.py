"""The text of a document as the writer wrote it."""

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

PARAGRAPH_SEPARATOR = "\u2029"


def text_of(document: QTextDocument) -> str:
    """Return the text with line feeds between paragraphs.

    `QTextDocument.toPlainText` would turn no-break spaces into spaces and line separators into line feeds.
    """
    text = document.toRawText().replace(PARAGRAPH_SEPARATOR, "\n")
    if _is_whole(text, document.characterCount() - 1):
        return text
    blocks = (document.findBlockByNumber(number) for number in range(document.blockCount()))
    return "\n".join(map(text_of_block, blocks))


def text_of_block(block: QTextBlock) -> str:
    """Return the text of a paragraph."""
    text = block.text()
    if _is_whole(text, block.length() - 1):
        return text
    return _by_characters(block.document(), block.position(), block.position() + block.length() - 1)


def text_between(document: QTextDocument, start: int, end: int) -> str:
    """Return the text between two places, in UTF-16 code units, and read no more of its paragraphs."""
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    text = cursor.selectedText().replace(PARAGRAPH_SEPARATOR, "\n")
    return text if _is_whole(text, end - start) else _by_characters(document, start, end)


def text_before(document: QTextDocument, position: int, at_most: int) -> str:
    """Return the text in front of a place.

    Args:
        document: the document.
        position: the place, in UTF-16 code units as Qt counts.
        at_most: how many code units to reach back.
    """
    return text_between(document, max(0, position - at_most), position)


def text_after(document: QTextDocument, position: int, at_most: int) -> str:
    """Return the text behind a place, to the end of a paragraph where one is near.

    Args:
        document: the document.
        position: the place, in UTF-16 code units as Qt counts.
        at_most: how many code units to reach forward, roughly.
    """
    block = document.findBlock(position)
    pieces = [from_utf16(to_utf16(block.text())[2 * (position - block.position()) :])]
    length = block.position() + block.length() - position
    while length < at_most and (block := block.next()).isValid():
        pieces.append("\n" + block.text())
        length += block.length()
    return "".join(pieces)[:at_most]


def replaced(text: str, start: int, end: int, new: str) -> str:
    """Return `text` with `new` in the place of its code units from `start` to `end`."""
    units = to_utf16(text)
    return from_utf16(units[: 2 * start]) + new + from_utf16(units[2 * end :])


def to_utf16(text: str) -> bytes:
    """Return the code units that Qt counts, two bytes each."""
    return text.encode("utf-16-le", "surrogatepass")


def from_utf16(units: bytes) -> str:
    """Return the text of UTF-16 code units; half a surrogate pair becomes U+FFFD."""
    return units.decode("utf-16-le", "replace")


def code_points(text: str, utf16_offset: int) -> int:
    """Return how many code points, as Python counts, the first `utf16_offset` code units of `text` hold."""
    return len(from_utf16(to_utf16(text)[: 2 * utf16_offset]))


def utf16_length(text: str) -> int:
    """Return the length of `text` in code units."""
    return len(to_utf16(text)) // 2


def utf16_offset(text: str, code_points: int) -> int:
    """Return how many code units the first `code_points` characters of `text` take."""
    return utf16_length(text[:code_points])


def _is_whole(text: str, units: int) -> bool:
    """Tell whether `text` has so many code units: Qt for Python leaves out half a surrogate pair."""
    return len(text) == units or utf16_length(text) == units


def _by_characters(document: QTextDocument, start: int, end: int) -> str:
    text = "".join(document.characterAt(place) for place in range(start, end))
    return from_utf16(to_utf16(text)).replace(PARAGRAPH_SEPARATOR, "\n")
