"""Carries out on the page what was worked out on the text of a paragraph."""

from PySide6.QtGui import QTextBlock, QTextCursor

from app.assist.word_edits import Edit
from ui.editor.page import Page
from ui.editor.plain_text import utf16_offset


def select_replaced(edit: Edit, block: QTextBlock) -> QTextCursor:
    """Return a cursor that selects what `edit` writes over in the paragraph `block`."""
    text = block.text()
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + utf16_offset(text, edit.start))
    cursor.setPosition(block.position() + utf16_offset(text, edit.end), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def carry_out(edit: Edit, page: Page, block: QTextBlock) -> None:
    """Change the paragraph `block` as one step for undo, and put the caret where the edit says."""
    replaced = select_replaced(edit, block)
    caret = replaced.selectionStart() + utf16_offset(edit.text, edit.caret - edit.start)
    page.undo_steps.insert(replaced, edit.text)
    page.setTextCursor(page.text_cursor_at(caret))
    page.follow_caret()
