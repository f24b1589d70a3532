import pytest
from PySide6.QtGui import QTextCursor, QTextDocument

from app.assist.surprise import WordBits
from ui.editor.passage import Part
from ui.editor.weighed_text import LONGEST_PART, MOST_KEPT, WeighedText, parts_between


@pytest.fixture
def document(qapp) -> QTextDocument:
    return QTextDocument("One.\n\nTwo two.\nOne.")


def cursor(document: QTextDocument, position: int) -> QTextCursor:
    place = QTextCursor(document)
    place.setPosition(position)
    return place


def whole(document: QTextDocument, number: int) -> Part:
    block = document.findBlockByNumber(number)
    return Part(block, 0, block.length() - 1)


def places(document: QTextDocument, first: int, last: int) -> list[tuple[int, int]]:
    found = parts_between(document, first, last)
    return [(part.block.position() + part.start, part.block.position() + part.end) for part in found]


def test_every_paragraph_that_is_touched_is_a_part(document: QTextDocument) -> None:
    assert places(document, 0, 100) == [(0, 4), (6, 14), (15, 19)]
    assert places(document, 5, 7) == [(6, 14)]
    assert places(document, 15, 15) == [(15, 19)]


def test_a_long_paragraph_is_cut_at_the_same_words_wherever_one_looks_from(document: QTextDocument) -> None:
    text = "Wide 😀 grey sea. " * 2_000
    document.setPlainText("Short.\n" + text)
    parts = places(document, 0, document.characterCount())[1:]
    assert parts[0][0] == 7
    assert parts[-1][1] == document.characterCount() - 1
    assert [begin for begin, _ in parts[1:]] == [end for _, end in parts[:-1]]
    assert max(end - begin for begin, end in parts) < 1.2 * LONGEST_PART
    assert all(document.characterAt(begin - 1) == " " for begin, _ in parts[1:])
    for place in range(0, document.characterCount() - 1, 997):
        (seen,) = [part for part in places(document, place, place) if part[0] <= place < part[1]]
        assert seen in [*parts, (0, 6)]


def test_what_was_found_is_kept_with_its_text(document: QTextDocument) -> None:
    kept = WeighedText(document)
    kept.put(cursor(document, 6), "Two two.", [WordBits(0, 3, 5.0)])
    assert kept.at(whole(document, 2)).words == (WordBits(0, 3, 5.0),)
    cursor(document, 0).insertText("More.\n")
    assert kept.at(whole(document, 3)) is not None
    edited = cursor(document, document.findBlockByNumber(3).position() + 3)
    edited.insertText("x")
    assert kept.at(whole(document, 3)) is None
    edited.deletePreviousChar()
    assert kept.at(whole(document, 3)) is not None
    kept.forget()
    assert kept.at(whole(document, 3)) is None


def test_paragraphs_that_read_alike_are_told_apart(document: QTextDocument) -> None:
    kept = WeighedText(document)
    kept.put(cursor(document, 15), "One.", [WordBits(0, 3, 1.0)])
    assert kept.at(whole(document, 0)) is None
    kept.put(cursor(document, 0), "One.", [WordBits(0, 3, 9.0)])
    assert kept.at(whole(document, 0)).words[0].bits == 9.0
    assert kept.at(whole(document, 3)).words[0].bits == 1.0


def test_words_are_kept_in_code_units(document: QTextDocument) -> None:
    document.setPlainText("😀 sea")
    kept = WeighedText(document)
    kept.put(cursor(document, 0), "😀 sea", [WordBits(2, 5, 5.0)])
    assert kept.at(whole(document, 0)).words == (WordBits(3, 6, 5.0),)


def test_the_oldest_goes_first(document: QTextDocument) -> None:
    document.setPlainText("\n".join(f"Line {number}." for number in range(MOST_KEPT + 1)))
    kept = WeighedText(document)
    for number in range(MOST_KEPT + 1):
        block = document.findBlockByNumber(number)
        kept.put(cursor(document, block.position()), block.text(), [])
    assert kept.at(whole(document, 0)) is None
    assert kept.at(whole(document, 1)) is not None
    assert kept.at(whole(document, MOST_KEPT)) is not None
