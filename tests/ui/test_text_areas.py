import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF

from ui.editor.page import Page
from ui.editor.text_areas import line_areas, origin, position_at


@pytest.fixture
def page(qtbot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.resize(300, 400)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.mark.parametrize(
    "text",
    [
        "One two three four five six seven eight nine ten",
        "猫 犬 鳥",
        "one שלום עולם two ثلاثة four",
        "הבית house הגדול",
    ],
)
def test_every_word_is_found_where_it_stands(page: Page, text: str) -> None:
    page.setPlainText(f"Above.\n{text}\nBelow.")
    page.grab()
    block = page.document().findBlockByNumber(1)
    for word in text.split():
        start = text.index(word)
        [area] = line_areas(block.layout(), start, start + len(word))
        for x in (area.left() + 1, area.center().x(), area.right() - 1):
            point = (QPointF(x, area.center().y()) + origin(page, block)).toPoint()
            assert 0 <= position_at(page, point) - block.position() - start < len(word)


def test_words_do_not_overlap_and_a_whole_line_is_one_area(page: Page) -> None:
    text = "one שלום עולם two ثلاثة four"
    page.setPlainText(text)
    page.grab()
    layout = page.document().firstBlock().layout()
    words = [line_areas(layout, text.index(w), text.index(w) + len(w))[0] for w in text.split()]
    assert not any(a.intersects(b) for a, b in itertools.combinations(words, 2))
    [whole] = line_areas(layout, 0, len(text))
    assert whole.left() == min(area.left() for area in words)
    assert whole.right() == pytest.approx(max(area.right() for area in words), abs=1)


def test_beside_the_text_is_the_end_of_its_paragraph(page: Page) -> None:
    page.setPlainText("One.\nTwo.")
    page.grab()
    assert position_at(page, QPoint(200, 3)) == 4
    assert position_at(page, QPoint(200, 300)) == 9
