"""Words that can go, with the word model that comes with Inkling."""

from pathlib import Path

import pytest
from engine_runs import load, run

from app.engines.protocols import Checked, MaskFiller
from app.engines.torch_masked import TorchMaskedEngine
from app.errors import InklingError


@pytest.fixture(scope="module")
def word_mini(word_model: Path) -> TorchMaskedEngine:
    engine = TorchMaskedEngine()
    load(engine, word_model)
    return engine


def needless(engine: MaskFiller, text: str) -> list[str]:
    """Return the words that can go."""
    _, found = run(engine.find_needless(text, 0, len(text)))
    return [text[word.start : word.end] for word in found]


def test_an_unloaded_model_says_so(mask_filler: MaskFiller) -> None:
    mask_filler.unload()
    with pytest.raises(InklingError, match="No model"):
        run(mask_filler.find_needless("The secret fox", 0, 3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She put the the book on the table.", ["the"]),
        ("He opened the door and and went in.", ["and"]),
        ("He was very very tired when he came home.", ["very", "very"]),
        ("It was a very really cold day.", ["very", "really"]),
        ("He just shrugged his shoulders and walked away.", ["just"]),
        ("She was really happy to see him again.", ["really"]),
        ("She simply could not understand why he had gone.", ["simply"]),
        ("The room was totally empty.", ["totally"]),
    ],
)
def test_padding_is_found(word_mini: TorchMaskedEngine, text: str, expected: list[str]) -> None:
    assert needless(word_mini, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The old house stood at the end of the lane, and nobody had lived in it for years.",
        "Anna came up the lane on a cold morning in March, with 2 bags and a heavy letter.",
        "It was the best of times, it was the worst of times.",
        "He had just finished his dinner when the bell rang.",
        "A just man does not fear the law.",
        "The very thought of it made her shiver.",
        "He spoke so very quietly that nobody heard him.",
        "I am not very fond of music. He did not really believe in ghosts.",
        "It was just before midnight when the train arrived.",
        "He had had enough of it, and I know that that man is a thief.",
        "They lived in Baden Baden. Ten, ten, said the nurse.",
        "She ran and ran and ran until she reached the sea.",
        "I would rather stay. He asked me to write clearly and simply.",
    ],
)
def test_a_clean_sentence_has_nothing(word_mini: TorchMaskedEngine, text: str) -> None:
    assert needless(word_mini, text) == []


def test_only_the_part_that_was_asked_for_is_looked_at(word_mini: TorchMaskedEngine) -> None:
    text = "The room was totally empty. The sea was really calm."
    _, found = run(word_mini.find_needless(text, 28, len(text)))
    assert [(text[word.start : word.end], word.kind) for word in found] == [("really", "filler")]


def test_each_word_is_a_step(word_mini: TorchMaskedEngine) -> None:
    text = "The room was totally empty. She put the the book down."
    steps, found = run(word_mini.find_needless(text, 0, len(text)))
    assert steps == [Checked(0, 2), Checked(1, 2), Checked(2, 2)]
    assert [word.kind for word in found] == ["filler", "repeated"]


def test_closed_between_two_steps_it_stays_usable(word_mini: TorchMaskedEngine) -> None:
    text = "The room was totally empty. She was really happy."
    steps = word_mini.find_needless(text, 0, len(text))
    next(steps)
    steps.close()
    assert needless(word_mini, text) == ["totally", "really"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "very",
        "the the",
        "very " * 300,
        "x" * 300 + " " + "x" * 300,
        "😀 👩‍👩‍👧 very 👩‍👩‍👧 cold 😀 😀",
        "שלום שלום מאוד עולם",
        "a\n\na\ttotally\tb",
        "It was\u00a0very\u00a0cold",
    ],
)
def test_any_text_is_looked_at(mask_filler: MaskFiller, text: str) -> None:
    _, found = run(mask_filler.find_needless(text, 0, len(text)))
    assert all(text[word.start : word.end].isalpha() for word in found)


def test_ten_thousand_words_without_a_full_stop(word_mini: TorchMaskedEngine) -> None:
    text = "the old dog ran over the hill and " * 1250 + "it was a really cold day and the the wind blew"
    assert needless(word_mini, text) == ["really", "the"]
