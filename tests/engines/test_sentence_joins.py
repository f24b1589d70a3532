"""Joins of sentences, by tiny models with random weights and by the word model that comes with Inkling."""

from collections.abc import Callable
from pathlib import Path

import pytest
from engine_runs import load, run
from tiny_models import BOTH_HEADS

from app.assist.flow import reads_badly
from app.engines.protocols import Checked
from app.engines.torch_masked import TorchMaskedEngine
from app.errors import InklingError

PARAGRAPH = [
    "Anna opened the door of the boathouse and looked at the river.",
    "The water had risen in the night, and it was brown and quick.",
    "Photosynthesis takes place in the leaves of green plants.",
    "She untied the rope, sat down in the boat and took up the oars.",
    "The boat turned once in the current and then went where she wanted it to go.",
]


@pytest.fixture
def engine(tiny_model: Callable[[str], Path], float32: None) -> TorchMaskedEngine:
    engine = TorchMaskedEngine()
    load(engine, tiny_model(BOTH_HEADS))
    return engine


def joins(engine: TorchMaskedEngine, *sentences: str) -> list[float]:
    return run(engine.read_joins(sentences))[1]


def test_the_word_model_finds_the_sentence_that_belongs_elsewhere(word_model: Path) -> None:
    engine = TorchMaskedEngine()
    load(engine, word_model)
    first, foreign, back, last = joins(engine, *PARAGRAPH)
    assert max(foreign, back) < min(first, last)
    assert reads_badly(min(foreign, back))
    assert not reads_badly(min(first, last))


def test_a_join_is_the_same_alone_and_among_longer_ones(engine: TorchMaskedEngine) -> None:
    together = joins(engine, *PARAGRAPH)
    alone = [joins(engine, *PARAGRAPH[place : place + 2])[0] for place in range(4)]
    assert together == pytest.approx(alone, abs=1e-5)
    assert len({round(probability, 3) for probability in together}) > 1


def test_the_order_of_two_sentences_counts(engine: TorchMaskedEngine) -> None:
    (forwards,), (backwards,) = joins(engine, *PARAGRAPH[:2]), joins(engine, *PARAGRAPH[1::-1])
    assert forwards != pytest.approx(backwards, abs=1e-4)


def test_long_sentences_are_read_where_they_touch(engine: TorchMaskedEngine) -> None:
    long = "the old dog ran over the hill " * 1700  # some 10,000 words
    plain = joins(engine, long, long)
    assert joins(engine, "a small fox " + long, long + " a small fox") == plain
    assert joins(engine, long + " a small fox", long) != pytest.approx(plain, abs=1e-4)
    assert joins(engine, long, "a small fox " + long) != pytest.approx(plain, abs=1e-4)


def test_a_short_sentence_leaves_its_room_to_a_long_one(engine: TorchMaskedEngine) -> None:
    lead = "the old dog ran over the hill " * 8  # more than half a window
    assert joins(engine, "a small fox " + lead, "yes") != joins(engine, "the green door " + lead, "yes")
    assert joins(engine, "yes", lead + " a small fox") != joins(engine, "yes", lead + " the green door")


@pytest.mark.parametrize("sentences", [(), ("The fox ran.",)])
def test_fewer_than_two_sentences_have_no_joins(engine: TorchMaskedEngine, sentences: tuple[str]) -> None:
    assert joins(engine, *sentences) == []


@pytest.mark.parametrize(
    "sentences",
    [
        ("", ""),
        ("", "The fox ran.", "   "),
        ("👩‍👩‍👧", "😀🎉 👩‍👩‍👧."),
        ("שלום עולם.", "مرحبا بالعالم."),
        ("[SEP]", "[CLS] [MASK]"),
        ("\ufffd\x00", "\u2028"),
    ],
)
def test_any_sentences_can_be_read(engine: TorchMaskedEngine, sentences: tuple[str, ...]) -> None:
    assert len(joins(engine, *sentences)) == len(sentences) - 1


def test_two_thousand_sentences_are_stopped_in_the_middle_and_words_come_between(
    engine: TorchMaskedEngine,
) -> None:
    steps = engine.read_joins(["The fox ran."] * 2000)
    for _ in range(100):
        step = next(steps)
        assert engine.suggest("The old dog ran.", 8, 11, 3)
    assert isinstance(step, Checked)
    assert 0 < step.done < step.total == 1999
    steps.close()
    assert len(joins(engine, *PARAGRAPH)) == 4


def test_an_unloaded_model_says_so(engine: TorchMaskedEngine) -> None:
    engine.unload()
    with pytest.raises(InklingError, match="No model"):
        joins(engine, *PARAGRAPH)
