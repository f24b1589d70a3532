import pytest

from app.engines.english import article_for


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
