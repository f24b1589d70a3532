import pytest

from app.assist.word_suggestions import PASSAGE_CHARACTERS, in_the_words_place, match_case, passage_around
from app.engines.protocols import Suggestion


def test_a_short_text_is_its_own_passage() -> None:
    assert passage_around("The fox ran.", 4, 7) == ("The fox ran.", 4, 7)


@pytest.mark.parametrize("before", [0, 10, PASSAGE_CHARACTERS, 10_000])
@pytest.mark.parametrize("after", [0, 10, 10_000])
def test_the_word_keeps_its_place_in_the_passage(before: int, after: int) -> None:
    passage, start, end = passage_around("a" * before + "fox" + "b" * after, before, before + 3)
    assert passage[start:end] == "fox"
    assert len(passage) <= 2 * PASSAGE_CHARACTERS + 3


@pytest.mark.parametrize(
    ("word", "text", "old", "written"),
    [
        ("wolf", "the fox ran", "fox", "wolf"),
        ("wolf", "The Fox ran", "Fox", "Wolf"),
        ("wolf", "THE FOX RAN", "FOX", "WOLF"),
        ("i", "we ran", "we", "I"),
        ("we", "Then I ran", "I", "we"),
        ("we", "He left. I ran", "I", "We"),
        ("we", "“I ran", "I", "We"),
        ("we", "I ran", "I", "We"),
        ("the", "A fox", "A", "The"),
        ("Élan", "the fox", "fox", "Élan"),
        ("été", "Hiver ici", "Hiver", "Été"),
        ("小", "猫", "猫", "小"),
    ],
)
def test_a_word_takes_the_case_of_the_old_one(word: str, text: str, old: str, written: str) -> None:
    start = text.index(old)
    assert match_case(word, text, start, start + len(old)) == written


def test_all_suggestions_are_written_so() -> None:
    words = (Suggestion("wolf", 0.0), Suggestion("dog", -1.0))
    assert in_the_words_place(words, "Fox ran", 0, 3) == ["Wolf", "Dog"]
