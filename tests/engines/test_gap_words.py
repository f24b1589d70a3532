"""Words for a gap, with masked models of several families and the word model that comes with Inkling."""

from pathlib import Path

import pytest
from engine_runs import load

from app.engines.protocols import MaskFiller
from app.engines.torch_masked import TorchMaskedEngine
from app.errors import InklingError


def fill(engine: MaskFiller, marked: str, count: int = 8) -> list[str]:
    """Return the words for the place of the bar."""
    found = engine.fill_gap(marked.replace("|", ""), marked.index("|"), count)
    return [word.text for word in found]


@pytest.fixture(scope="module")
def word_mini(word_model: Path) -> TorchMaskedEngine:
    engine = TorchMaskedEngine()
    load(engine, word_model)
    return engine


def test_an_unloaded_model_says_so(mask_filler: MaskFiller) -> None:
    mask_filler.unload()
    with pytest.raises(InklingError, match="No model"):
        mask_filler.fill_gap("The secret fox", 3, 5)


def test_spaces_around_the_gap_change_nothing(mask_filler: MaskFiller) -> None:
    assert (
        fill(mask_filler, "The| fox ran.")
        == fill(mask_filler, "The |fox ran.")
        == fill(mask_filler, "The | fox ran.")
    )


def test_what_stands_outside_the_window_changes_nothing(mask_filler: MaskFiller) -> None:
    near = "the old dog ran over the hill " * 40
    text = f"{near}| {near}"
    assert fill(mask_filler, text) == fill(mask_filler, "café " * 50 + text)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("He was a |runner.", "great"),
        ("I do not | what to say.", "know"),
        ("She put the cup on |table.", "the"),
        ("“| do you want?” she asked.", "what"),
        ("It was |cold outside.", "very"),
        ("They walked | the river.", "along"),
        ("The old house | at the end of the lane.", "stood"),
        ("The sea was calm|.", "again"),
    ],
)
def test_the_word_model_finds_words_that_fit(
    word_mini: TorchMaskedEngine, marked: str, expected: str
) -> None:
    assert expected in fill(word_mini, marked)


def test_the_articles_agree(word_mini: TorchMaskedEngine) -> None:
    assert not any(word[0] in "aeio" for word in fill(word_mini, "He was a |runner.", 20))
    assert all(word[0] in "aeiouh" for word in fill(word_mini, "He was an |man.", 20))
    assert "a" not in fill(word_mini, "He ate |apple.", 20)
    assert "an" in fill(word_mini, "He ate |apple.", 20)


def test_a_neighbour_is_not_repeated(word_mini: TorchMaskedEngine) -> None:
    assert "door" not in fill(word_mini, "He opened the door| and went in.", 30)
    assert "and" not in fill(word_mini, "He opened the door |and went in.", 30)


def test_the_best_comes_first_and_none_twice(word_mini: TorchMaskedEngine) -> None:
    found = word_mini.fill_gap("He was a runner.", 9, 50)
    scores = [word.score for word in found]
    assert scores == sorted(scores, reverse=True)
    assert len({word.text.casefold() for word in found}) == 50
