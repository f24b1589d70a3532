"""Other words with the model that comes with Inkling: right in meaning, in form and in the sentence."""

from pathlib import Path

import pytest
from engine_runs import load

from app.engines.torch_masked import TorchMaskedEngine

SHOWN = 8
BASE_VERBS = {
    "walk",
    "run",
    "go",
    "come",
    "stroll",
    "march",
    "ride",
    "climb",
    "step",
    "wander",
    "move",
    "travel",
}


@pytest.fixture(scope="module")
def word_mini(word_model: Path) -> TorchMaskedEngine:
    engine = TorchMaskedEngine()
    load(engine, word_model)
    return engine


def words_for(engine: TorchMaskedEngine, marked: str, count: int = SHOWN) -> list[str]:
    """Return the words for the one in square brackets."""
    before, word, after = marked.replace("]", "[").split("[")
    found = engine.suggest(before + word + after, len(before), len(before) + len(word), count)
    return [suggestion.text for suggestion in found]


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        (
            "She lived in a [large] house by the sea.",
            {"big", "huge", "great", "spacious", "vast", "enormous"},
        ),
        ("He was a [quick] runner and always came first.", {"fast", "swift", "rapid", "speedy"}),
        ("The old man was [angry] with the boys.", {"furious", "cross", "mad", "annoyed", "enraged"}),
        ("They [began] to sing.", {"started", "commenced"}),
        ("She [answered] that she was not at home.", {"replied", "responded", "said"}),
        ("It was a [terrible] mistake.", {"awful", "dreadful", "horrible"}),
        ("He [quickly] shut the door.", {"rapidly", "swiftly", "hastily", "hurriedly", "promptly"}),
        ("There was a [strange] silence in the room.", {"odd", "peculiar", "queer", "curious"}),
    ],
)
def test_words_of_the_same_meaning_are_among_the_first(
    word_mini: TorchMaskedEngine, marked: str, wanted: set[str]
) -> None:
    assert wanted & set(words_for(word_mini, marked)[:3])


@pytest.mark.parametrize(
    ("marked", "opposite"),
    [
        ("A [heavy] rain fell all night.", "light"),
        ("The water was [hot].", "cold"),
        ("She was [happy] that day.", "unhappy"),
        ("He came [early].", "late"),
        ("It was a [large] room.", "small"),
        ("They [won] the war.", "lost"),
    ],
)
def test_opposites_are_left_out(word_mini: TorchMaskedEngine, marked: str, opposite: str) -> None:
    assert opposite not in words_for(word_mini, marked, 50)


@pytest.mark.parametrize(
    "marked", ["He [walked] to the station.", "The boys [ran] home.", "She had [travelled] far."]
)
def test_a_past_is_never_offered_a_present(word_mini: TorchMaskedEngine, marked: str) -> None:
    found = words_for(word_mini, marked, 20)
    assert found
    assert not BASE_VERBS & {word.split(" ")[0] for word in found}


@pytest.mark.parametrize(
    ("marked", "ending"),
    [
        ("The [houses] stood empty.", "s"),
        ("He was [shouting] at them.", "ing"),
        ("Hers was the [biggest] of them all.", "st"),
        ("He [walks] to work every day.", "s"),
    ],
)
def test_the_form_is_kept(word_mini: TorchMaskedEngine, marked: str, ending: str) -> None:
    found = words_for(word_mini, marked)
    assert found
    assert all(any(part.endswith(ending) for part in word.split(" ")) for word in found)


def test_the_sentence_decides(word_mini: TorchMaskedEngine) -> None:
    river = words_for(word_mini, "They sat on the [bank] of the river and fished.")
    money = words_for(word_mini, "She was [bright] and learnt her lessons at once.")
    light = words_for(word_mini, "The [bright] light of the lamp hurt his eyes.")
    assert {"shore", "side", "edge", "riverside", "riverbank", "border", "brink"} & set(river)
    assert money != light
    assert {"clever", "intelligent", "smart", "sharp", "quick"} & set(money)


def test_a_phrase_is_replaced_as_one(word_mini: TorchMaskedEngine) -> None:
    assert {"abandoned", "stopped", "quit", "dropped", "gave over", "left off"} & set(
        words_for(word_mini, "At last he [gave up] the search for his brother.")
    )


def test_phrases_are_offered_too(word_mini: TorchMaskedEngine) -> None:
    found = words_for(word_mini, "They had to [postpone] the journey until spring.", 50)
    assert any(" " in word for word in found)


@pytest.mark.parametrize(
    "marked",
    [
        "# The [old] house",
        "- an [old] house",
        "“An [old] house,” she said.",
        "THE [OLD] HOUSE",
        "[Old] houses are cold.",
        "He bought a house that was *[old]*",
    ],
)
def test_a_word_anywhere_in_a_text(word_mini: TorchMaskedEngine, marked: str) -> None:
    assert {"ancient", "aged", "elderly", "antique", "former"} & set(words_for(word_mini, marked, 20))


@pytest.mark.parametrize(
    "marked",
    [
        "a [well-known] writer of books",
        "She [didn't] know.",
        "a [mellifluous] voice",
        "the [lighthousekeepers] came",
    ],
)
def test_hyphens_apostrophes_and_rare_words(word_mini: TorchMaskedEngine, marked: str) -> None:
    found = words_for(word_mini, marked)
    assert found
    assert all(word[0].isalpha() for word in found)


@pytest.mark.parametrize(
    "marked", ["Then Mr. [Abernathy] came in.", "In [1945] it ended.", "It costs [3.50] now."]
)
def test_there_is_nothing_for_names_and_numbers(word_mini: TorchMaskedEngine, marked: str) -> None:
    assert words_for(word_mini, marked) == []


@pytest.mark.parametrize("word", ["a" * 300, "👩‍👩‍👧", "שלום", "?!"])
def test_what_is_no_word_does_no_harm(word_mini: TorchMaskedEngine, word: str) -> None:
    assert all(found.isprintable() for found in words_for(word_mini, f"She said [{word}] to him."))


def test_forms_of_one_word_are_offered_once(word_mini: TorchMaskedEngine) -> None:
    found = words_for(word_mini, "She [happily] agreed to come.", 50)
    assert not {"happy", "happier"} & set(found)
    assert len(found) == len(set(found))


def test_a_possessive_stays_one(word_mini: TorchMaskedEngine) -> None:
    found = words_for(word_mini, "They led out the [king’s] horses.")
    assert {"monarch’s", "ruler’s", "sovereign’s", "emperor’s", "prince’s"} & set(found)
    assert all(word.endswith("’s") for word in found)


def test_a_contraction_gives_contractions(word_mini: TorchMaskedEngine) -> None:
    found = words_for(word_mini, "She [didn’t] know.")
    assert found
    assert all("'" in word for word in found)


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("The house stood dark [and] silent.", {"but", "or"}),
        ("She had seen [a] small light move.", {"the", "another", "one"}),
        ("He sat [on] the floor.", {"upon", "by", "near"}),
        ("She took [her] coat.", {"his", "their", "my"}),
    ],
)
def test_articles_pronouns_and_the_like_are_answered_with_such(
    word_mini: TorchMaskedEngine, marked: str, wanted: set[str]
) -> None:
    found = words_for(word_mini, marked)
    assert wanted & set(found)
    assert not any(" " in word or "-" in word for word in found)


@pytest.mark.parametrize(
    "marked", ["A [heavy] rain fell on the town.", "She saw a small [light] move behind the window."]
)
def test_a_word_is_not_answered_with_phrases_that_hold_it(word_mini: TorchMaskedEngine, marked: str) -> None:
    word = marked.replace("]", "[").split("[")[1]
    assert not any(word in found.replace("-", " ").split() for found in words_for(word_mini, marked, 50))


def test_a_compound_is_not_answered_with_its_parts(word_mini: TorchMaskedEngine) -> None:
    found = words_for(word_mini, "He was a [well-known] writer.")
    assert {"famous", "noted", "celebrated", "renowned", "eminent", "popular", "prominent"} & set(found)
    assert not any("known" in word or "well" in word for word in found)
