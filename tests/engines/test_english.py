import pytest

from app.engines.english import article_for, ends_abbreviated


@pytest.mark.parametrize(
    "word", ["apple", "hour", "honest", "unusual", "umbrella", "uninteresting", "Old", "only"]
)
def test_an(word: str) -> None:
    assert article_for(word) == "an"


@pytest.mark.parametrize(
    "word", ["pear", "house", "unique", "useful", "one", "European", "university", "", "7"]
)
def test_a(word: str) -> None:
    assert article_for(word) == "a"


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("met Mr.", " Smith"),
        ("met Mr. ", "Smith"),
        ("the U.S.", " Army"),
        ("Dr. J.", " Jones"),
        ("in vol.", " 2"),
        ("x " * 100 + "Capt.", " Ahab"),
    ],
)
def test_a_full_stop_may_shorten_a_word(text: str, following: str) -> None:
    assert ends_abbreviated(text, following)


@pytest.mark.parametrize(
    ("text", "following"),
    [("he went.", " She"), ("he said no.", " She"), ("so do I.", " Then"), ("met Mr", " Smith"), ("", "")],
)
def test_a_full_stop_may_end_a_sentence(text: str, following: str) -> None:
    assert not ends_abbreviated(text, following)
