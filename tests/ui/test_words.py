import pytest
from PySide6.QtGui import QTextCursor, QTextDocument

from ui.editor.plain_text import text_before
from ui.editor.words import select_phrase, select_word


@pytest.fixture
def document(qapp) -> QTextDocument:
    return QTextDocument()


def cursor_in(document: QTextDocument, text: str, start: int, end: int | None = None) -> QTextCursor:
    document.setPlainText(text)
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    if end is not None:
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("one two", 0, "one"),
        ("one two", 3, "one"),
        ("one two", 4, "two"),
        ("one two", 7, "two"),
        ("don't go", 4, "don't"),
        ("don’t go", 2, "don’t"),
        ("well-known fact", 6, "well-known"),
        ("“quoted”", 3, "quoted"),
        ("*starred*", 4, "starred"),
        ("😀 smile", 4, "smile"),
        ("para\nnext", 6, "next"),
        ("مرحبا بك", 2, "مرحبا"),
        ("naïve e\u0301tude", 8, "e\u0301tude"),
    ],
)
def test_the_word_at_a_place(document: QTextDocument, text: str, at: int, word: str) -> None:
    found = select_word(cursor_in(document, text, at))
    assert found is not None
    assert found.selectedText() == word


@pytest.mark.parametrize(("text", "at"), [("", 0), ("   ", 1), (" -- ", 2), ("a  ,  b", 3), ("😀", 1)])
def test_no_word_at_a_place(document: QTextDocument, text: str, at: int) -> None:
    assert select_word(cursor_in(document, text, at)) is None


@pytest.mark.parametrize(
    ("text", "start", "end", "word"),
    [("one two", 0, 3, "one"), ("one two ", 3, 8, "two"), ("one two", 0, 7, None), ("one\ntwo", 1, 5, None)],
)
def test_a_selection(document: QTextDocument, text: str, start: int, end: int, word: str | None) -> None:
    found = select_word(cursor_in(document, text, start, end))
    assert (found.selectedText() if found else None) == word


@pytest.mark.parametrize(
    ("text", "position", "at_most", "before"),
    [
        ("one\ntwo\nthree", 7, 100, "one\ntwo"),
        ("one\ntwo\nthree", 13, 5, "three"),
        ("😀x\ny", 3, 100, "😀x"),
        ("", 0, 100, ""),
        ("a\n", 2, 100, "a\n"),
    ],
)
def test_the_text_before_a_place(
    document: QTextDocument, text: str, position: int, at_most: int, before: str
) -> None:
    document.setPlainText(text)
    assert text_before(document, position, at_most) == before
