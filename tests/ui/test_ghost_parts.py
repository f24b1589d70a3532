import pytest

from ui.editor.ghost_parts import first_sentence, first_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (" for as long", " for"),
        ("ital of France", "ital"),
        (", and so", ","),
        (" well-known, he", " well-known,"),
        (" it's”", " it's”"),
        ("一つの町", "一"),
        ("。それは", "。"),
        (" 😀 and", " 😀"),
        (" ", " "),
    ],
)
def test_a_word_has_the_space_before_it_and_the_marks_behind(text: str, word: str) -> None:
    assert first_word(text) == word


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" on. Then he", " on."),
        (". Then he went. So", "."),
        (".” Then he", ".”"),
        (" to Mr. Smith. He", " to Mr. Smith."),
        (" on and on", " on and on"),
        (" on.", " on."),
        (" 😀 on! Then", " 😀 on!"),
        ("!", "!"),
    ],
)
def test_a_sentence_ends_where_the_one_at_the_caret_ends(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence
