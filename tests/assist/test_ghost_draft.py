import math

import pytest

from app.assist.ghost_draft import MAX_TOKENS, GhostDraft
from app.engines.protocols import Token


def draft(before: str, pieces: list[tuple[str, float]], confidence: float = 0.5) -> tuple[GhostDraft, int]:
    """Return a draft and how many tokens it took before it had enough."""
    ghost = GhostDraft(before, confidence)
    for number, (text, probability) in enumerate(pieces, start=1):
        if not ghost.take(Token(text, math.log(probability))):
            return ghost, number
    return ghost, len(pieces)


def test_it_shows_whole_words_that_it_is_sure_of() -> None:
    ghost, _ = draft("The", [(" quick", 0.9), (" brown", 0.8), (" fo", 0.9)])
    assert ghost.text == " quick brown"


def test_the_last_word_counts_once_the_model_ends_the_text() -> None:
    ghost, _ = draft("The", [(" quick", 0.9), (" fox", 0.9)])
    ghost.end()
    assert ghost.text == " quick fox"


def test_it_is_silent_when_the_first_word_is_unsure() -> None:
    ghost, taken = draft("The", [(" quick", 0.4), (" fox", 0.9), (" ran", 0.9)])
    assert ghost.text == ""
    assert taken == 2


def test_a_words_probability_is_that_of_all_its_tokens() -> None:
    ghost, _ = draft("The", [(" light", 0.7), ("house", 0.7), (" keeper", 0.9)])
    assert ghost.text == ""


def test_later_words_may_be_a_little_less_sure() -> None:
    ghost, _ = draft("The", [(" fox", 0.9), (" ran", 0.35), (" home", 0.9)])
    assert ghost.text == " fox ran"
    ghost, _ = draft("The", [(" fox", 0.9), (" ran", 0.25), (" home", 0.9)])
    assert ghost.text == " fox"


@pytest.mark.parametrize("end", [".", "!", "?", "…", "。"])
def test_it_stops_at_the_end_of_a_sentence(end: str) -> None:
    ghost, taken = draft("The", [(" fox", 0.9), (" ran", 0.9), (end, 0.9), (" Then", 0.9)])
    assert ghost.text == f" fox ran{end}"
    assert taken == 3


def test_it_stops_at_the_end_of_a_paragraph() -> None:
    ghost, taken = draft("The", [(" fox", 0.9), (" ran", 0.9), ("\n", 0.9), ("A", 0.9)])
    assert ghost.text == " fox ran"
    assert taken == 3


def test_it_never_asks_for_more_than_it_shows() -> None:
    _, taken = draft("The", [(f" w{number}", 1.0) for number in range(100)])
    assert taken == MAX_TOKENS


def test_it_joins_what_stands_there() -> None:
    ghost, _ = draft("The ", [(" fox", 0.9), (" ran", 0.9)])
    assert ghost.text == "fox"


@pytest.mark.parametrize("piece", ["’s", "'t", "-like", "house"])
def test_a_word_goes_on(piece: str) -> None:
    ghost, _ = draft("The", [(" light", 0.9), (piece, 0.9), (" was", 0.9)])
    assert ghost.text == f" light{piece}"


def test_bytes_that_are_no_character_yet_are_waited_for() -> None:
    ghost, _ = draft("日", [("", 0.9), ("本", 0.9), ("", 0.9), ("の", 0.9)])
    ghost.end()
    assert ghost.text == "本の"
