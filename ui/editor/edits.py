"""Carries out on the page what was worked out on the text of a paragraph."""

import re
from itertools import takewhile

from PySide6.QtGui import QTextBlock, QTextCursor

from app.assist.word_edits import Edit
from app.document.manuscript import Manuscript, Source
from ui.editor.page import Page
from ui.editor.plain_text import utf16_length, utf16_offset

_WORDS_AND_SPACES = re.compile(r"\s+|\S+")


def select_replaced(edit: Edit, block: QTextBlock) -> QTextCursor:
    """Return a cursor that selects what `edit` writes over in the paragraph `block`."""
    text = block.text()
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + utf16_offset(text, edit.start))
    cursor.setPosition(block.position() + utf16_offset(text, edit.end), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def carry_out(edit: Edit, page: Page, block: QTextBlock, source: Source) -> None:
    """Change the paragraph `block` as one step for undo, and put the caret where the edit says.

    Args:
        edit: the change.
        page: shows the paragraph.
        block: the paragraph.
        source: who wrote the words that are new.
    """
    replaced = select_replaced(edit, block)
    begin, end = replaced.selectionStart(), replaced.selectionEnd()
    caret = begin + utf16_offset(edit.text, edit.caret - edit.start)
    head, tail = _kept(replaced.selectedText(), edit.text)
    old = page.sources
    runs = [
        *old.between(begin, begin + utf16_length(edit.text[:head])).runs,
        (len(edit.text) - head - tail, source),
        *old.between(end - utf16_length(edit.text[len(edit.text) - tail :]), end).runs,
    ]
    page.undo_steps.insert(replaced, Manuscript.of(edit.text, runs))
    page.setTextCursor(page.text_cursor_at(caret))
    page.follow_caret()


def _kept(old: str, new: str) -> tuple[int, int]:
    """Return how many characters at the beginning and at the end of `new` are words that stood there before.

    Their capitals may have changed.
    """
    before, after = _WORDS_AND_SPACES.findall(old), _WORDS_AND_SPACES.findall(new)
    head = list(takewhile(_are_same, zip(before, after, strict=False)))
    rest = zip(reversed(before[len(head) :]), reversed(after[len(head) :]), strict=False)
    tail = takewhile(_are_same, rest)
    return sum(len(word) for _, word in head), sum(len(word) for _, word in tail)


def _are_same(words: tuple[str, str]) -> bool:
    before, after = words
    return len(before) == len(after) and before.casefold() == after.casefold()
