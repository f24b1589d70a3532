"""Which text is put between two others."""

from collections.abc import Generator
from typing import Any

import pytest

from app.assist.insertion import (
    WAYS,
    Insertion,
    beginning_of,
    best_of_each,
    candidates,
    insertions,
    likelihood_of_end,
)
from app.engines.prompts import Passage, Prompt
from app.engines.protocols import Checked, Sampling, WeighedPiece
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from tests.several_ways import SeveralWays

FOLLOWING = " Then night fell over the hill and they all went home to sleep at last."


def run(steps: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    yielded = []
    while True:
        try:
            yielded.append(next(steps))
        except StopIteration as end:
            return yielded, end.value


def put_in(
    engine: SeveralWays, masked: ScriptedEngine | None = None, prompt: Prompt = "He ran.", length: int = 120
) -> list[str]:
    found = run(insertions(engine, masked, prompt, FOLLOWING, Sampling(), length))[1]
    return [one.text for one in found]


def test_the_text_that_makes_what_follows_likeliest_comes_first() -> None:
    engine = SeveralWays([" A dog slept.", " It rained."], {" A dog slept.": -3.0, " It rained.": -2.0})
    assert put_in(engine)[0] == " It rained."
    engine = SeveralWays([" A dog slept.", " It rained."], {" A dog slept.": -2.0, " It rained.": -3.0})
    assert put_in(engine)[0] == " A dog slept."


def test_it_stops_at_the_end_that_joins_best() -> None:
    engine = SeveralWays([" It rained. It poured. It"], {" It rained. It poured.": -2.0, " It rained.": -3.0})
    assert put_in(engine)[0] == " It rained. It poured."
    engine = SeveralWays([" It rained. It poured. It"], {" It rained. It poured.": -3.5, " It rained.": -3.0})
    assert put_in(engine)[0] == " It rained."


def test_the_next_sentence_head_settles_what_is_equally_likely() -> None:
    engine = SeveralWays([" A dog slept.", " It rained."], {" A dog slept.": -2.0, " It rained.": -2.0})
    for doubted, chosen in (("It rained.", " A dog slept."), ("A dog slept.", " It rained.")):
        masked = ScriptedEngine(joins={doubted: 0.01})
        assert put_in(engine, masked)[0] == chosen
        assert all(pair in [*zip(masked.sentences[0], masked.sentences[0][1:], strict=False)] for pair in (
            ("He ran.", "It rained."), ("It rained.", FOLLOWING.strip()),
        ))  # fmt: skip


def test_a_masked_model_that_reads_no_pairs_is_done_without() -> None:
    engine = SeveralWays([" It rained."], {})
    masked = ScriptedEngine(joins={"It rained.": InklingError("It was not trained for this.", "")})
    assert put_in(engine, masked) == [" It rained."]


def test_writing_ends_once_every_way_has_its_ends() -> None:
    engine = SeveralWays([" One. Two. Three." + " word" * 100], {})
    put_in(engine)
    assert engine.steps < 10


def test_one_that_is_cut_off_is_taken_only_without_others() -> None:
    engine = SeveralWays([" on" * 50, " It rained."], {" on on on": -0.1, " It rained.": -5.0})
    assert put_in(engine, length=4) == [" It rained."]
    endless = run(candidates(SeveralWays([" on" * 50], {}), None, "He ran", FOLLOWING, Sampling(), 4))[1]
    assert endless
    assert not any(one.is_whole for one in endless)


def test_equal_ways_are_offered_and_weighed_once() -> None:
    engine = SeveralWays([" It rained."], {})
    assert put_in(engine) == [" It rained."]
    assert len(engine.weighed) == 1


def test_progress_rises_to_the_end() -> None:
    engine = SeveralWays([" It rained.", " A dog slept."], {})
    steps, found = run(insertions(engine, ScriptedEngine(), "He ran.", FOLLOWING, Sampling(), 120))
    shares = [step.done / step.total for step in steps if isinstance(step, Checked)]
    assert shares == sorted(shares)
    assert 0.99 <= shares[-1] <= 1
    assert len(found) == 2 <= WAYS


def test_closed_while_it_writes_it_ends_the_writing() -> None:
    engine = SeveralWays([" on" * 50], {})
    steps = insertions(engine, None, "He ran", FOLLOWING, Sampling(), 120)
    for _ in range(4):
        next(steps)
    steps.close()
    assert engine.steps <= 4
    assert not engine.weighed


def test_passages_are_written_behind_as_a_text_is() -> None:
    passages = (Passage("memory", "The dog is Rex.\n"), Passage("text", "A.\n\nHe ran.\n"))
    engine = SeveralWays(["It rained."], {})
    found = run(insertions(engine, None, passages, "\nNight fell.", Sampling(), 50))[1]
    assert [one.text for one in found] == ["\nIt rained.\n"]


def test_in_front_of_everything_the_memory_is_no_text_before_it() -> None:
    passages = (Passage("memory", "The dog is Rex."), Passage("text", ""))
    engine = SeveralWays([" It rained."], {})
    assert put_in(engine, prompt=passages) == ["It rained."]


@pytest.mark.parametrize("ways", [[""], ["\n\n"], [" "]])
def test_a_model_that_has_nothing_to_say_offers_nothing(ways: list[str]) -> None:
    assert put_in(SeveralWays(ways, {})) == []


def test_a_sentence_of_what_follows_is_weighed_or_two_short_ones() -> None:
    assert beginning_of("\n\nYes. " + "It was dark and cold. " * 9) == "\n\nYes. " + (
        "It was dark and cold. It was dark and cold. It was dark and cold."
    )
    assert len(beginning_of("word " * 500)) <= 201
    assert beginning_of("Night.") == "Night."


def test_only_what_follows_counts() -> None:
    pieces = [WeighedPiece(" It", -9.0), WeighedPiece(" rained", -9.0), WeighedPiece(" Night", -1.0)]
    assert likelihood_of_end(pieces, 6) == -1.0
    assert likelihood_of_end(pieces, 12) == -5.0
    assert likelihood_of_end([], 3) == 0.0


def test_each_way_is_offered_with_its_best_end() -> None:
    one, two = Insertion("a.", 0, -2.0, (), True), Insertion("a. b.", 0, -1.0, (), True)
    other = Insertion("c.", 1, -1.5, (), True)
    assert best_of_each([one, two, other]) == [two, other]
