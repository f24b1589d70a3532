import pytest
from PySide6.QtGui import QTextCursor, QTextDocument

from ui.editor.plain_text import replaced, text_after, text_before
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
        ("# Heading", 4, "Heading"),
        ("- item", 3, "item"),
        ("1. item", 4, "item"),
        ("> quote", 4, "quote"),
        ("_starred_ word", 3, "starred"),
        ("__strong__", 5, "strong"),
        ("**strong**", 5, "strong"),
        ("SHOUTED words", 3, "SHOUTED"),
        ("mother-in-law's", 8, "mother-in-law's"),
        ("his-", 2, "his"),
        ("the dogs’ bowl", 6, "dogs"),
        ("cafe\u0301 x", 2, "cafe\u0301"),
        ("👩‍👩‍👧 smile", 10, "smile"),
        ("👩‍👩‍👧smile", 10, "smile"),
        ("在河边散步", 3, "散"),
        ("すもももカタカナ語", 5, "カタカナ"),
        ("日本のhouseです", 4, "house"),
        ("हिन्दी में", 2, "हिन्दी"),
    ],
)
def test_the_word_at_a_place(document: QTextDocument, text: str, at: int, word: str) -> None:
    found = select_word(cursor_in(document, text, at))
    assert found is not None
    assert found.selectedText() == word


@pytest.mark.parametrize(("text", "at"), [("", 0), ("   ", 1), (" -- ", 2), ("a  ,  b", 3), ("😀", 1)])
def test_no_word_at_a_place(document: QTextDocument, text: str, at: int) -> None:
    assert select_word(cursor_in(document, text, at)) is None


def test_a_word_is_found_in_a_paragraph_of_ten_thousand(document: QTextDocument) -> None:
    found = select_word(cursor_in(document, "one 😀 " * 10_000 + "large" + " two" * 10_000, 70_002))
    assert found is not None
    assert (found.selectionStart(), found.selectedText()) == (70_000, "large")


@pytest.mark.parametrize(
    ("text", "start", "end", "phrase"),
    [
        ("one two", 0, 3, "one"),
        ("one two ", 3, 8, "two"),
        ("one two", 0, 7, "one two"),
        ("one two three", 0, 13, "one two three"),
        ("one two three four", 0, 18, None),
        ("one\ntwo", 1, 5, None),
        ("one\ntwo", 0, 4, "one"),
        ("one. Two", 0, 8, None),
        ("met Mr. Smith", 4, 13, "Mr. Smith"),
        ("“No!” she said", 1, 9, "No!” she"),
        ("one, two", 0, 8, "one, two"),
        ("“one two.”", 0, 10, "one two"),
        ("(one) *two*", 0, 11, "one) *two"),
        ("_one_", 0, 5, "one"),
        ("one — two three", 0, 15, "one — two three"),
        (" 😀 ", 0, 4, "😀"),
        ("❤️", 0, 2, "❤️"),
        ("“", 0, 1, "“"),
        ("   ", 0, 3, None),
        ("👩‍👩‍👧 one two", 9, 16, "one two"),
        ("在河边散步", 3, 5, "散步"),
        ("well-known", 0, 4, "well"),
        ("a heavy rain fell", 4, 10, "heavy rain"),
        ("😀 heavy rain", 4, 6, "heavy"),
        ("I don’t know", 2, 5, "don’t"),
    ],
)
def test_a_selected_phrase(
    document: QTextDocument, text: str, start: int, end: int, phrase: str | None
) -> None:
    found = select_phrase(cursor_in(document, text, start, end))
    assert (found.selectedText() if found else None) == phrase


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


@pytest.mark.parametrize(
    ("text", "position", "at_most", "after"),
    [
        ("one\ntwo\nthree", 4, 100, "two\nthree"),
        ("one\ntwo\nthree", 1, 2, "ne"),
        ("one\ntwo\nthree", 3, 1, ""),
        ("one\ntwo\nthree", 3, 2, "\nt"),
        ("😀x\ny", 2, 100, "x\ny"),
        ("", 0, 100, ""),
        ("a\n", 1, 100, "\n"),
    ],
)
def test_the_text_after_a_place(
    document: QTextDocument, text: str, position: int, at_most: int, after: str
) -> None:
    document.setPlainText(text)
    assert text_after(document, position, at_most) == after


def test_the_text_around_a_place_is_read_no_further_than_asked(document: QTextDocument) -> None:
    document.setPlainText("A line of text.\n" * 2000)
    assert len(text_after(document, 16_000, 100)) == 100
    assert len(text_before(document, 16_000, 100)) == 100


def test_code_units_are_replaced(qapp) -> None:
    assert replaced("😀 large 😀", 3, 8, "vast") == "😀 vast 😀"
