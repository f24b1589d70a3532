"""What every engine promises, the scripted one included."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_models
from engine_runs import GREEDY, load, run, text, tokens
from tiny_models import BOTH_HEADS

from app.engines.prompts import Passage
from app.engines.protocols import (
    Checked,
    Engine,
    MaskFiller,
    ModelDescription,
    Prefilled,
    Sampling,
    TextGenerator,
    Token,
)
from app.engines.torch_masked import TorchMaskedEngine
from app.errors import InklingError


def test_loading_rises_from_0_to_1_and_ends_in_a_description(any_engine: tuple[Engine, Path]) -> None:
    engine, folder = any_engine
    steps, description = run(engine.load(folder, "cpu"))
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] <= 1
    assert all(step.what for step in steps)
    assert isinstance(description, ModelDescription)
    assert description.name == folder.name
    assert description.device == "cpu"
    assert description.context_length > 0


def test_loading_can_be_closed_anywhere_and_begun_again(any_engine: tuple[Engine, Path]) -> None:
    engine, folder = any_engine
    for stop in (1, 2, 3):
        steps = engine.load(folder, "cpu")
        for _ in range(stop):
            next(steps)
        steps.close()
    assert load(engine, folder).name == folder.name


def test_unloading_twice_is_harmless(any_engine: tuple[Engine, Path]) -> None:
    engine, folder = any_engine
    load(engine, folder)
    engine.unload()
    engine.unload()
    assert load(engine, folder).name == folder.name


def test_what_is_read_of_a_prompt_is_told_passage_by_passage(text_generator: TextGenerator) -> None:
    prompt = (Passage("memory", "It is late.\n\n"), Passage("text", "The old dog"))
    memory, text = text_generator.fit(prompt)
    assert (memory.passage, text.passage) == prompt
    assert (memory.kept, text.kept) == ("It is late.\n\n", "The old dog")
    assert memory.tokens
    assert text.tokens
    assert memory.cut == text.cut == 0
    (alone,) = text_generator.fit("The old dog")
    assert alone.passage == Passage("text", "The old dog")


def test_a_prompt_of_passages_is_continued(text_generator: TextGenerator) -> None:
    prompt = (Passage("memory", "It is late.\n\n"), Passage("text", "The old dog"))
    assert run(text_generator.prefill(prompt))[1]
    steps, _ = run(text_generator.generate(prompt, GREEDY, 5))
    assert 0 < len([step for step in steps if isinstance(step, Token)]) <= 5


def test_a_continuation_reads_the_prompt_before_it_speaks(text_generator: TextGenerator) -> None:
    steps, reason = run(text_generator.generate("The old dog", GREEDY, 5))
    kinds = [type(step) for step in steps]
    assert kinds == sorted(kinds, key=[Prefilled, Token].index)
    prefilled = [step for step in steps if isinstance(step, Prefilled)]
    assert prefilled[-1].done == prefilled[-1].total
    assert reason in ("length", "stop")


@pytest.mark.parametrize("length", [1, 2, 7])
def test_no_more_tokens_than_asked_for(text_generator: TextGenerator, length: int) -> None:
    steps, reason = run(text_generator.generate("The old", GREEDY, length))
    count = sum(isinstance(step, Token) for step in steps)
    assert 1 <= count <= length
    assert reason == ("length" if count == length else "stop")


@pytest.mark.parametrize("prompt", ["", " ", "\n\n", "😀", "日本の", "שלום", "x"])
def test_any_prompt_is_continued(text_generator: TextGenerator, prompt: str) -> None:
    assert tokens(text_generator, prompt, GREEDY, 3)


def test_the_same_seed_says_the_same(text_generator: TextGenerator) -> None:
    sampling = Sampling(seed=11)
    first = tokens(text_generator, "The old dog", sampling, 20)
    assert tokens(text_generator, "The old dog", sampling, 20) == first


def test_closed_between_any_two_steps_it_stays_usable(text_generator: TextGenerator) -> None:
    whole = text(text_generator, "The old lighthouse", length=12)
    for stop in range(1, 8):
        steps = text_generator.generate("The old lighthouse keeper climbed", GREEDY, 12)
        for _ in range(stop):
            next(steps, None)
        steps.close()
        assert text(text_generator, "The old lighthouse", length=12) == whole


def test_alternatives_come_best_first_and_none_is_better(text_generator: TextGenerator) -> None:
    for token in tokens(text_generator, "The old", Sampling(seed=3), 8, weighed=4):
        logprobs = [weighed.logprob for weighed in token.alternatives]
        assert len(logprobs) == 4
        assert logprobs == sorted(logprobs, reverse=True)
        assert logprobs[0] >= token.logprob


def test_several_continuations_tell_what_they_weighed_too(text_generator: TextGenerator) -> None:
    steps, reasons = run(text_generator.generate_several("The old lighthouse kee", Sampling(seed=3), 8, 3, 4))
    said = [step for step in steps if not isinstance(step, Prefilled)]
    assert said
    assert len(reasons) == 3
    for step in said:
        assert len(step) == 3
        for token in filter(None, step):
            logprobs = [weighed.logprob for weighed in token.alternatives]
            assert len(logprobs) == 4
            assert logprobs == sorted(logprobs, reverse=True)
            assert logprobs[0] >= token.logprob - 1e-4


def test_prefilling_runs_to_its_end_and_changes_nothing(text_generator: TextGenerator) -> None:
    expected = text(text_generator, "The old dog ran", length=6)
    steps, whole = run(text_generator.prefill("The old dog ran over the hill"))
    assert whole is True
    assert steps[-1].done == steps[-1].total
    assert text(text_generator, "The old dog ran", length=6) == expected


@pytest.mark.parametrize(
    "prompt", ["", " ", "\n", "The old dog", "The old dog ", "The ol", "😀", "日本の", "I don’"]
)
def test_next_words_come_best_first_and_add_up_to_no_more_than_1(
    text_generator: TextGenerator, prompt: str
) -> None:
    steps, words = run(text_generator.next_words(prompt, 6))
    assert all(isinstance(step, Prefilled | Checked) and step.done <= step.total for step in steps)
    assert 1 <= len(words) <= 6
    assert all(word.text.strip() and "\n" not in word.text for word in words)
    assert len({word.text for word in words}) == len(words)
    assert [word.logprob for word in words] == sorted((word.logprob for word in words), reverse=True)
    assert sum(math.exp(word.logprob) for word in words) <= 1 + 1e-5


def test_a_closed_search_for_next_words_leaves_it_usable(text_generator: TextGenerator) -> None:
    whole = text(text_generator, "The old lighthouse", length=12)
    _, words = run(text_generator.next_words("The old lighthouse ", 4))
    for stop in range(1, 6):
        steps = text_generator.next_words("The old lighthouse ", 4)
        for _ in range(stop):
            next(steps, None)
        steps.close()
        assert text(text_generator, "The old lighthouse", length=12) == whole
    assert [word.text for word in run(text_generator.next_words("The old lighthouse ", 4))[1]] == [
        word.text for word in words
    ]


@pytest.mark.parametrize("prompt", ["", "The old", "The old ", "The old dog ran.\n\n", "日", "😀"])
def test_weighed_pieces_make_up_their_texts(text_generator: TextGenerator, prompt: str) -> None:
    texts = [" fox ran", "fox", "", " ", "ly\n\nIt  slept. ", "本の😀👩‍👩‍👧", "שלום עולם", "naïve café\n"]
    steps, weighed = run(text_generator.weigh(prompt, texts))
    assert ["".join(piece.text for piece in pieces) for pieces in weighed] == texts
    assert all(piece.text and piece.logprob <= 0 for pieces in weighed for piece in pieces)
    checked = [step for step in steps if isinstance(step, Checked)]
    assert [step.done for step in checked] == sorted(step.done for step in checked)
    assert checked[-1].done == checked[-1].total
    assert all(isinstance(step, Checked | Prefilled) for step in steps)


def test_weighing_leaves_what_was_read_where_it_was(text_generator: TextGenerator) -> None:
    run(text_generator.prefill("The old dog ran over the hill"))
    expected, _ = run(text_generator.generate("The old dog ran over the hill", GREEDY, 6))
    run(text_generator.weigh("The old fox", [" ran", " slept"]))
    assert run(text_generator.generate("The old dog ran over the hill", GREEDY, 6))[0][-6:] == expected[-6:]


GAPS = [
    "",
    " ",
    "The| fox ran.",
    "|The fox",
    "The fox|",
    "“|”",
    "😀|👩‍👩‍👧",
    "שלום |עולם",
    "a\n|\nb",
    "今天|很好",
    "x" * 300,
]
LONG = "the old dog ran over the hill and " * 1250


@pytest.mark.parametrize("marked", [*GAPS, LONG + "|" + LONG])
def test_any_gap_is_filled_with_words_or_nothing(any_mask_filler: MaskFiller, marked: str) -> None:
    found = any_mask_filler.fill_gap(marked.replace("|", ""), max(marked.find("|"), 0), 5)
    assert len(found) <= 5
    assert all(word.text.isalpha() for word in found)
    assert [word.score for word in found] == sorted((word.score for word in found), reverse=True)


@pytest.mark.parametrize("place", [-1, 15, 100])
def test_a_gap_outside_the_text_is_refused(any_mask_filler: MaskFiller, place: int) -> None:
    with pytest.raises(ValueError, match="does not lie within") as refusal:
        any_mask_filler.fill_gap("The secret fox", place, 5)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("part", [(-1, 3), (4, 2), (0, 15)])
def test_a_part_outside_the_text_is_refused(any_mask_filler: MaskFiller, part: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not lie within") as refusal:
        run(any_mask_filler.find_needless("The secret fox", *part))
    assert "secret" not in str(refusal.value)


def test_a_search_counts_its_steps_and_stays_within_its_part(any_mask_filler: MaskFiller) -> None:
    text = "It was very cold. It was very cold and very dark. It was very cold."
    steps, found = run(any_mask_filler.find_needless(text, 18, 49))
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    assert all(18 <= word.start < word.end <= 49 for word in found)


def test_joins_are_weighed_step_by_step(join_reader: MaskFiller) -> None:
    steps, probabilities = run(join_reader.read_joins(["The old dog ran."] * 40))
    assert len(probabilities) == 39
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert all(isinstance(step, Checked) and step.total == 39 for step in steps)
    done = [step.done for step in steps]
    assert done == sorted(set(done))
    assert done[-1] == 39


@pytest.mark.parametrize("family", [name for name in tiny_models.MASKED if name != BOTH_HEADS])
def test_a_model_that_was_not_trained_for_joins_says_so(
    tiny_model: Callable[[str], Path], family: str
) -> None:
    engine = TorchMaskedEngine()
    load(engine, tiny_model(family))
    with pytest.raises(InklingError, match="not trained") as refusal:
        run(engine.read_joins(["The old dog ran.", "It slept."]))
    assert refusal.value.hint
