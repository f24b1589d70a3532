import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from ui.editor.popup_placement import popup_place

SCREEN = QRect(0, 0, 800, 600)
COLUMN = QRect(150, 0, 500, 600)
SIZE = QSize(120, 250)


def place_of(word: QRect, sentence: QRect, *, column: QRect = COLUMN, from_right: bool = False) -> QRect:
    return popup_place(SIZE, word, sentence, column, SCREEN, 10, from_right)


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [
        (20, 200, "below"),
        (0, 340, "below"),
        (400, 550, "above"),
        (260, 600, "above"),
        (200, 400, "beside"),
        (0, 600, "beside"),
    ],
)
def test_it_opens_beside_the_sentence(top: int, bottom: int, expected: str) -> None:
    sentence = QRect(150, top, 500, bottom - top)
    word = QRect(300, top + 10, 60, 20)
    place = place_of(word, sentence)
    assert not place.intersects(sentence)
    assert SCREEN.contains(place)
    if expected == "below":
        assert (place.left(), place.top()) == (290, bottom + 4)
    elif expected == "above":
        assert (place.left(), place.bottom()) == (290, top - 5)
    else:
        assert (place.left(), place.top()) == (654, min(top + 10, 350))


def test_it_goes_to_the_other_margin_where_the_right_one_is_narrow() -> None:
    column = QRect(200, 0, 550, 600)
    assert place_of(QRect(300, 300, 60, 20), column, column=column).right() == 195


def test_without_a_margin_it_spares_at_least_the_line() -> None:
    column = QRect(30, 0, 740, 600)
    assert place_of(QRect(300, 100, 60, 20), column, column=column).top() == 124
    assert place_of(QRect(300, 500, 60, 20), column, column=column).bottom() == 495


def test_a_place_that_sticks_out_of_the_column_is_spared_too() -> None:
    column = QRect(200, 0, 400, 600)
    at = QRect(555, 0, 50, 20)
    assert not place_of(at, QRect(200, 0, 400, 590), column=column).intersects(at)


def test_right_to_left_it_lines_up_on_the_right() -> None:
    word = QRect(300, 100, 60, 20)
    assert place_of(word, word, from_right=True).right() == word.right() + 10


def test_a_second_screen_has_its_own_edges() -> None:
    screen = QRect(800, -200, 400, 600)
    word = QRect(1180, 350, 20, 20)
    place = popup_place(SIZE, word, word, QRect(850, -200, 350, 600), screen, 10, False)
    assert screen.contains(place)
    assert place.bottom() < word.top()


@given(
    word=st.tuples(st.integers(150, 600), st.integers(0, 580)),
    above=st.integers(0, 600),
    below=st.integers(0, 600),
    margin=st.integers(10, 200),
    from_right=st.booleans(),
)
def test_it_is_always_on_the_screen_and_never_on_the_word(
    word: tuple[int, int], above: int, below: int, margin: int, from_right: bool
) -> None:
    column = QRect(margin, 0, 800 - 2 * margin, 600)
    at = QRect(word[0], word[1], 50, 20)
    sentence = QRect(column.left(), at.top() - above, column.width(), above + 20 + below) & SCREEN
    place = place_of(at, sentence, column=column, from_right=from_right)
    assert SCREEN.contains(place)
    assert not place.intersects(at)
    if sentence.top() > 260 or sentence.bottom() < 340 or margin > 130:
        assert not place.intersects(sentence)
