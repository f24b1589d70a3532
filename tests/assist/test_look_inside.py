import math

import pytest

from app.assist.look_inside import MOST_CHOICES, Choice, choices
from app.engines.protocols import NextWord, WeighedPiece


def next_words(**shares: float) -> list[NextWord]:
    return [NextWord(text, math.log(share)) for text, share in shares.items()]


def weighed(*shares: float) -> list[WeighedPiece]:
    return [WeighedPiece("x", math.log(share)) for share in shares]


def seen(found: list[Choice]) -> list[tuple[str, str, bool]]:
    return [(choice.text, choice.percent, choice.stands) for choice in found]


def test_the_word_that_stands_there_is_marked() -> None:
    found = choices(next_words(river=0.5, rain=0.25), "rain", weighed(0.9))
    assert seen(found) == [("river", "50 %", False), ("rain", "25 %", True)]


def test_the_word_that_stands_there_is_shown_where_it_is_unlikely() -> None:
    found = choices(
        next_words(**{f"w{n}": 0.1 - n / 1000 for n in range(12)}), "xylophone", weighed(0.1, 0.02)
    )
    assert len(found) == MOST_CHOICES
    assert found[-1].text == "xylophone"
    assert found[-1].stands
    assert found[-1].percent == "<1 %"
    assert not any(choice.stands for choice in found[:-1])


def test_a_word_that_is_not_among_the_likeliest_is_never_shown_as_likelier() -> None:
    found = choices(next_words(river=0.5, rain=0.02), "a", weighed(0.3))  # most of that is “an” and “all”
    assert found[-1].logprob == pytest.approx(math.log(0.02))


def test_a_word_with_and_without_its_space_is_one() -> None:
    found = choices([NextWord(" sea", math.log(0.2)), NextWord("sea", math.log(0.1))], "sea", weighed(0.2))
    assert seen(found) == [("sea", "30 %", True)]


def test_nothing_but_the_standing_word_is_an_answer() -> None:
    assert seen(choices([], "sea", weighed(0.2))) == [("sea", "20 %", True)]


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, ">99 %"), (0.991, ">99 %"), (0.34, "34 %"), (0.0101, "1 %"), (0.009, "<1 %"), (0, "<1 %")],
)
def test_percentages(share: float, words: str) -> None:
    assert Choice("x", math.log(share) if share else -math.inf, stands=False).percent == words
