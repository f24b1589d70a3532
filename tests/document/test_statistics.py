import pytest

from app.document.statistics import count_characters, count_words, reading_minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n\t ", 0),
        ("One.", 1),
        ("It’s a well-known fact, isn't it?", 6),
        ("She paused—then left – slowly.", 5),
        ("# A *heading* with **marks** and `code`", 6),
        ("* * *", 0),
        ("… !? 🙂", 0),
        ("1,000 sheep and 3.14 wolves", 5),
        ("Привет, мир", 2),
        ("हिन्दी में लिखना", 3),
        ("שלום עולם", 2),
        ("안녕하세요 세계", 2),
        ("我喜欢猫。", 4),
        ("東京タワーへ行く", 8),
        ("我用Inkling写作", 5),
        ("e\u0301te\u0301 naïve", 2),
        ("a\u00a0b", 2),
    ],
)
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


def test_characters_leave_out_line_ends() -> None:
    assert count_characters("a b\n🙂\n") == 4


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (238, 1), (239, 2), (80_000, 337)])
def test_reading_time(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes
