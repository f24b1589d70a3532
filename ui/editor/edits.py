"""Carries out on the page what was worked out on the text of a paragraph."""

from PySide6.QtGui import QTextBlock, QTextCursor

from app.assist.word_edits import Edit
from ui.editor.page import Page
from ui.editor.plain_text import utf16_offset


def carry_out(edit: Edit, page: Page, block: QTextBlock) -> None:
    """Change the paragraph `block` as one step for undo, and put the caret where the edit says."""
    text = block.text()
    cursor = page.text_cursor_at(block.position() + utf16_offset(text, edit.start))
    caret = cursor.position() + utf16_offset(edit.text, edit.caret - edit.start)
    cursor.setPosition(block.position() + utf16_offset(text, edit.end), QTextCursor.MoveMode.KeepAnchor)
    page.undo_steps.insert(cursor, edit.text)
    page.setTextCursor(page.text_cursor_at(caret))
    page.follow_caret()
