"""Masked models of several families, and the word model that comes with Inkling."""

from collections.abc import Callable
from pathlib import Path

import pytest
from engine_runs import load

from app.engines.protocols import MaskFiller
from app.engines.torch_masked import TorchMaskedEngine
from app.errors import InklingError

SENTENCE = "She said, “The quick brown fox ran over the hill,” and closed the small green door."


def suggest(engine: MaskFiller, text: str, word: str, count: int = 20) -> list[str]:
    """Return the words for the first place where `word` stands."""
    start = text.index(word)
    return [found.text for found in engine.suggest(text, start, start + len(word), count)]


@pytest.fixture
def word_mini(word_model: Path) -> TorchMaskedEngine:
    engine = TorchMaskedEngine()
    load(engine, word_model)
    return engine


@pytest.fixture
def chinese(tiny_model: Callable[[str], Path]) -> TorchMaskedEngine:
    engine = TorchMaskedEngine()
    load(engine, tiny_model("chinese"))
    return engine


@pytest.mark.parametrize("word", ["She", "quick", "fox", "door"])
def test_only_whole_other_words_are_offered(mask_filler: MaskFiller, word: str) -> None:
    found = suggest(mask_filler, SENTENCE, word)
    assert found
    assert all(other.isalpha() for other in found)
    assert word.casefold() not in {other.casefold() for other in found}
    assert len({other.casefold() for other in found}) == len(found)


def test_the_best_comes_first(mask_filler: MaskFiller) -> None:
    found = mask_filler.suggest(SENTENCE, 14, 19, 30)
    scores = [word.score for word in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("count", [1, 3])
def test_no_more_than_asked_for(mask_filler: MaskFiller, count: int) -> None:
    assert len(suggest(mask_filler, SENTENCE, "fox", count)) == count


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("fox", "fox"),
        ("fox ran over the hill", "fox"),
        ("the quick fox", "fox"),
        ("“fox”", "fox"),
        ("'the' (fox)", "fox"),
        ("an unbelievableness came over her", "unbelievableness"),
        ("a naïve café", "café"),
        ("😀🎉 the fox 👩‍👩‍👧 ran", "fox"),
        ("שלום fox עולם", "fox"),
        ("a\n\nfox\tran", "fox"),
    ],
)
def test_a_word_in_any_surroundings(mask_filler: MaskFiller, text: str, word: str) -> None:
    found = suggest(mask_filler, text, word)
    assert word not in found
    assert all(other.isalpha() for other in found)


def test_what_stands_outside_the_window_changes_nothing(mask_filler: MaskFiller) -> None:
    near = "the old dog ran over the hill " * 40
    text = near + "fox " + near
    assert suggest(mask_filler, text, "fox") == suggest(mask_filler, "café " * 50 + text, "fox")


def test_ten_thousand_words_without_a_full_stop(mask_filler: MaskFiller) -> None:
    text = "the old dog ran over the hill and " * 1250 + "fox"
    assert suggest(mask_filler, text, "fox")


@pytest.mark.parametrize("place", [(0, 0), (5, 4), (-1, 2), (0, 100), (20, 21)])
def test_a_place_outside_the_text_is_refused(mask_filler: MaskFiller, place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not lie within"):
        mask_filler.suggest("The fox ran.", *place, 5)


def test_the_message_of_a_refusal_does_not_quote_the_text(mask_filler: MaskFiller) -> None:
    with pytest.raises(ValueError, match="place") as refusal:
        mask_filler.suggest("The secret fox", 90, 95, 5)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("place", [(3, 4), (7, 10)])
def test_there_are_no_words_for_white_space(mask_filler: MaskFiller, place: tuple[int, int]) -> None:
    assert mask_filler.suggest("The fox \n ran", *place, 5) == []


@pytest.mark.parametrize("word", ["猫", "天气", "散步的", "今天气很"])
def test_a_chinese_word_gives_words_of_its_length(mask_filler: MaskFiller, word: str) -> None:
    assert all(len(other) == len(word) for other in suggest(mask_filler, f"我们{word}老人", word))


@pytest.mark.parametrize("word", ["猫", "天气", "散步的"])
def test_a_chinese_model_offers_chinese_words(chinese: TorchMaskedEngine, word: str) -> None:
    found = suggest(chinese, f"今天{word}老人看见", word)
    assert found
    assert all(all("\u4e00" <= character <= "\u9fff" for character in other) for other in found)
    assert word not in found


def test_too_long_a_chinese_word_has_no_suggestions(chinese: TorchMaskedEngine) -> None:
    assert suggest(chinese, "今天气很好我们去公园", "今天气很好") == []


def test_an_unloaded_model_says_so(mask_filler: MaskFiller) -> None:
    mask_filler.unload()
    with pytest.raises(InklingError, match="No model"):
        mask_filler.suggest(SENTENCE, 0, 3, 5)


def test_the_word_model_finds_words_that_fit(word_mini: TorchMaskedEngine) -> None:
    assert "wolf" in suggest(word_mini, "The quick brown fox jumps over the lazy dog.", "fox", 8)
    assert "fast" in suggest(word_mini, "He was a quick runner.", "quick", 8)


def test_the_word_model_reads_the_sentence(word_mini: TorchMaskedEngine) -> None:
    river = suggest(word_mini, "They sat on the bank of the river and fished.", "bank")
    money = suggest(word_mini, "She put all her money in the bank on Monday.", "bank")
    assert river != money
