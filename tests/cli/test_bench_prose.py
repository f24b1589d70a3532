import pytest

from app.cli.bench_prose import prose
from app.document.statistics import count_words


@pytest.mark.parametrize("words", [1, 10, 1000, 100_000])
def test_a_book_is_always_the_same_and_has_its_words(words: int) -> None:
    text = prose(words)
    assert text == prose(words)
    assert count_words(text) == words


def test_a_book_is_like_a_novel() -> None:
    text = prose(100_000)
    assert {"“", "’", "—", "*", "#"} <= set(text)
    lengths = [count_words(line) for line in text.split("\n")]
    assert 30 < sum(lengths) / len(lengths) < 60
    assert max(lengths) > 400
