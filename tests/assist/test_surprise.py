import math

import pytest

from app.assist.surprise import STEPS, bits_of, bits_of_words, step_of
from app.engines.protocols import WeighedPiece

HALF = math.log(0.5)  # one bit


def words(*pieces: tuple[str, int]) -> list[tuple[str, float]]:
    """Return the words of pieces that are given with their bits."""
    text = "".join(piece for piece, _ in pieces)
    found = bits_of_words([WeighedPiece(piece, bits * HALF) for piece, bits in pieces])
    return [(text[word.start : word.end], round(word.bits, 6)) for word in found]


def test_the_pieces_of_a_word_add_up() -> None:
    assert words((" un", 3), ("usual", 4), (" day", 2)) == [("unusual", 7), ("day", 2)]


def test_marks_count_for_no_word() -> None:
    assert words(("“", 9), ("No", 2), (",”", 8), (" she", 1), (".", 5)) == [("No", 2), ("she", 1)]


def test_an_apostrophe_and_a_hyphen_belong_to_their_word() -> None:
    assert words(("don", 1), ("'t", 2), (" half", 3), ("-", 4), ("open", 5)) == [
        ("don't", 3),
        ("half-open", 12),
    ]


def test_a_dash_parts_words() -> None:
    assert words(("yes", 1), ("—", 6), ("no", 2)) == [("yes", 1), ("no", 2)]


def test_a_piece_over_two_words_counts_for_the_first() -> None:
    assert words(("of the", 5), (" sea", 1)) == [("of", 5), ("the", 0), ("sea", 1)]


def test_each_character_of_chinese_is_a_word() -> None:
    assert words(("河", 2), ("水", 3)) == [("河", 2), ("水", 3)]


def test_the_first_bytes_of_a_character_count_for_it() -> None:
    assert words((" a", 1), ("", 4), (" é", 2)) == [("a", 1), ("é", 6)]


def test_accents_belong_to_their_word() -> None:
    assert words(("cafe\u0301", 3), (",", 1)) == [("cafe\u0301", 3)]


@pytest.mark.parametrize(
    ("one_in", "step"), [(1, 0), (15, 0), (17, 1), (255, 1), (257, 2), (5_000, 3), (70_000, 4), (10**9, 4)]
)
def test_each_step_is_sixteen_times_less_likely(one_in: int, step: int) -> None:
    (word,) = bits_of_words([WeighedPiece("word", math.log(1 / one_in))])
    assert word.step == step


def test_what_is_impossible_is_as_unexpected_as_can_be() -> None:
    assert step_of(bits_of(-math.inf)) == STEPS


def test_what_is_certain_has_no_bits() -> None:
    assert bits_of(1e-9) == 0
    assert bits_of_words([]) == []
