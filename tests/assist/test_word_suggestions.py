import pytest

from app.assist.word_suggestions import PASSAGE_CHARACTERS, in_the_words_place, match_case, passage_around
from app.engines.protocols import Suggestion


def test_a_short_text_is_its_own_passage() -> None:
    assert passage_around("The fox ran.", 4, 7) == ("The fox ran.", 4, 7)


@pytest.mark.parametrize("before", [0, 10, PASSAGE_CHARACTERS, 10_000])
@pytest.mark.parametrize("after", [0, 10, 10_000])
@pytest.mark.parametrize("filler", ["a", "a ", "a. ", "猫。", "👩‍👩‍👧 ", "שלום. ", "a\n\n"])
def test_the_word_keeps_its_place_in_the_passage(before: int, after: int, filler: str) -> None:
    text = filler * before + "fox" + filler * after
    start = len(filler) * before
    passage, at, end = passage_around(text, start, start + 3)
    assert passage[at:end] == "fox"
    assert passage in text
    assert at <= PASSAGE_CHARACTERS
    assert len(passage) - end <= PASSAGE_CHARACTERS


FILL = PASSAGE_CHARACTERS - 100


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("x" * 200 + ". One. " + "y" * FILL + " fox", "One. " + "y" * FILL + " fox"),
        ("x" * 200 + ".” “One. " + "y" * FILL + " fox", "“One. " + "y" * FILL + " fox"),
        ("x" * 200 + "?! One " + "y" * FILL + " fox", "One " + "y" * FILL + " fox"),
        ("x" * 200 + "…\n\n- One " + "y" * FILL + " fox", "- One " + "y" * FILL + " fox"),
        ("x" * 200 + "。」「一" + "y" * FILL + "fox", "「一" + "y" * FILL + "fox"),
        ("x" * 200 + " 3.5 one " + "y" * FILL + " fox", "3.5 one " + "y" * FILL + " fox"),
        ("x" * 200 + " Mr. Smith. " + "y" * FILL + " fox", "y" * FILL + " fox"),
        ("x" * 200 + " Mr.\nSmith " + "y" * FILL + " fox", "Smith " + "y" * FILL + " fox"),
        ("fox " + "y" * FILL + ". Mr. " + "x" * 200, "fox " + "y" * FILL + "."),
        ("fox " + "y" * FILL + ". One. " + "x" * 200, "fox " + "y" * FILL + ". One."),
        ("fox " + "y" * FILL + ". (One.) " + "x" * 200, "fox " + "y" * FILL + ". (One.)"),
        ("fox " + "y" * FILL + "! One\n\n" + "x" * 200, "fox " + "y" * FILL + "! One"),
        ("fox" + "y" * FILL + "。一！」" + "x" * 200, "fox" + "y" * FILL + "。一！」"),
        ("fox " + "y" * FILL + " one 3.5 " + "x" * 200, "fox " + "y" * FILL + " one 3.5"),
    ],
)
def test_a_long_text_is_cut_at_the_ends_of_sentences_or_else_at_spaces(text: str, passage: str) -> None:
    start = text.index("fox")
    cut, at, end = passage_around(text, start, start + 3)
    assert cut == passage
    assert cut[at:end] == "fox"


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
        ("steady downpour", "Heavy rain fell", "Heavy rain", "Steady downpour"),
        ("steady downpour", "The heavy rain fell", "heavy rain", "steady downpour"),
        ("steady downpour", "THE HEAVY RAIN", "HEAVY RAIN", "STEADY DOWNPOUR"),
        ("London", "the city", "city", "London"),
        ("London rain", "Heavy rain fell", "Heavy rain", "London rain"),
        ("iPhone", "Telephones rang", "Telephones", "iPhone"),
        ("as i do", "as we do", "as we do", "as I do"),
        ("we went", "Then I went", "I went", "we went"),
        ("we’re", "Then I’m here", "I’m", "we’re"),
        ("we went", "Stop. I went", "I went", "We went"),
        ("we", "# I ran", "I", "We"),
        ("we", "- I ran", "I", "We"),
        ("we", "1. I ran", "I", "We"),
        ("we", "> *I* ran", "I", "We"),
        ("we", "One\nI ran", "I", "We"),
        ("we", "你好。I ran", "I", "We"),
    ],
)
def test_a_word_takes_the_case_of_the_old_one(word: str, text: str, old: str, written: str) -> None:
    start = text.index(old)
    assert match_case(word, text, start, start + len(old)) == written


def test_all_suggestions_are_written_so() -> None:
    words = (Suggestion("wolf", 0.0), Suggestion("dog", -1.0))
    assert in_the_words_place(words, "Fox ran", 0, 3) == ["Wolf", "Dog"]
