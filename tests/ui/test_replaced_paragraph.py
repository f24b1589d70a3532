import pytest
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from ui.editor.page import Page
from ui.editor.replaced_paragraph import ReplacedParagraph


@pytest.fixture
def page(qtbot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.resize(400, 600)
    page.show()
    qtbot.waitExposed(page)
    page.set_type(page.font(), 40)
    page.resize(401, 600)
    return page


def write(page: Page, text: str) -> None:
    page.setPlainText(text)
    page.grab()  # sets it


def select(page: Page, text: str) -> QTextCursor:
    return page.document().find(text)


def replace(page: Page, old: str, new: str) -> ReplacedParagraph:
    return ReplacedParagraph(page, select(page, old), new, QTextCharFormat())


def widths(page: Page, paragraph: ReplacedParagraph, text: str) -> list[float]:
    return [area.width() for area in paragraph.areas(select(page, text))]


SENTENCE = "A large house stood at the end of the lane, and nobody lived in it at all"


def test_the_same_word_changes_nothing(page: Page) -> None:
    write(page, f"{SENTENCE}\n{SENTENCE}")
    paragraph = replace(page, "large", "large")
    block = page.document().firstBlock()
    assert paragraph.height == page.blockBoundingGeometry(block).height()
    assert page.document().firstBlock().layout().lineCount() > 1


@pytest.mark.parametrize("new", ["", "big", "extraordinarily large"])
@pytest.mark.parametrize(
    ("begin", "end", "grows"),
    [
        (0, 1, False),
        (0, 2, False),
        (0, 13, True),
        (2, 7, True),
        (4, 13, True),
        (7, 13, False),
        (8, 13, False),
    ],
)
def test_places_move_along_with_the_new_word(page: Page, new: str, begin: int, end: int, grows: bool) -> None:
    write(page, "A large house")
    cursor = page.textCursor()
    cursor.setPosition(begin)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    content = f"A {new} house"
    first = {4: 2}.get(begin, begin if begin < 7 else begin - 5 + len(new))
    last = end if end <= 2 else end - 5 + len(new)
    span = replace(page, "large", new)._span(begin, end, QTextCharFormat())
    assert content[span.start : span.start + span.length] == content[first:last]
    assert grows == (span.length != end - begin) or len(new) == 5 or begin == 4


def test_it_takes_empty_lines_below_but_no_others(page: Page) -> None:
    long_word = "extraordinarily and remarkably large indeed and tall"
    write(page, f"{SENTENCE}\n\n{SENTENCE}")
    own = page.blockBoundingGeometry(page.document().firstBlock()).height()
    line = page.cursorRect().height()
    assert replace(page, "large", long_word).height == own + line
    assert replace(page, "large", long_word * 3).height == own + line
    write(page, f"{SENTENCE}\n{SENTENCE}")
    crowded = replace(page, "large", long_word)
    assert crowded.height == own
    last = crowded.areas(select(page, "at all"))[-1]
    assert last.right() > page.viewport().width()
    write(page, SENTENCE)
    assert replace(page, "large", long_word * 3).height > own + line


def test_from_right_to_left_it_stays_in_sight(page: Page) -> None:
    hebrew = "הבית הגדול עמד בקצה הרחוב ואיש לא גר בו כבר שנים רבות מאוד"
    write(page, f"{hebrew}\n{hebrew}")
    paragraph = replace(page, "הגדול", "הגדול והיפה והגבוה והעתיק והשקט")
    last = paragraph.areas(select(page, "מאוד"))[-1]
    assert paragraph.height == page.blockBoundingGeometry(page.document().firstBlock()).height()
    assert 0 <= last.left() < page.viewport().width()


def test_marks_and_formats_lie_on_the_same_words(page: Page) -> None:
    write(page, "A large house")
    mark = QTextEdit.ExtraSelection()
    mark.cursor, mark.format = select(page, "house"), QTextCharFormat()
    mark.format.setBackground(QColor("yellow"))
    other = QTextEdit.ExtraSelection()
    other.cursor, other.format = select(page, "A"), mark.format
    page.setExtraSelections([mark, other])
    marks = replace(page, "large", "big")._marks
    assert [(m.start, m.length) for m in marks] == [(6, 5), (0, 1)]
    write(page, "One\nA large house")
    mark.cursor = select(page, "One")
    page.setExtraSelections([mark])
    assert replace(page, "large", "big")._marks == []


def test_code_units_and_code_points_are_kept_apart(page: Page) -> None:
    write(page, "😀 large 😀 house")
    paragraph = replace(page, "large", "👩‍👩‍👧")
    before = widths(page, paragraph, "house")
    write(page, "house")
    assert before == pytest.approx(widths(page, replace(page, "ho", "ho"), "house"), abs=1)
