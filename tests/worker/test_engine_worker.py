"""The real worker thread with the scripted engine: every request, every ending."""

import logging
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from app.engines.prompts import FittedPassage, Passage
from app.engines.protocols import (
    FinishReason,
    NeedlessWord,
    NextWord,
    Prefilled,
    Step,
    Suggestion,
    WeighedPiece,
)
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.worker.messages import (
    Checking,
    Drafted,
    Failed,
    Finished,
    Inserted,
    Joins,
    Loading,
    NeedlessWords,
    NextWords,
    Prefilling,
    PromptFitted,
    Ready,
    Suggestions,
    TextsWeighed,
    Tokens,
)
from tests.held import HeldEngine

SECRET = "the manuscript"
CAUSAL_REQUESTS = ["generate", "draft", "insert", "next_words", "weigh", "fit", "warm"]


class ThreadNotingEngine(ScriptedEngine):
    """Remembers the thread that it ran on."""

    def load(self, folder: Path, device: str, precision: str = "auto"):
        self.thread = threading.get_ident()
        return super().load(folder, device, precision)


def test_loading_ends_in_ready(open_desk) -> None:
    desk = open_desk(load=False)
    loading = desk.load()
    desk.wait(loading)
    fractions = [event.fraction for event in loading.events if isinstance(event, Loading)]
    assert fractions == sorted(fractions)
    (ready,) = loading.terminals
    assert isinstance(ready, Ready)
    assert (ready.role, ready.model.name) == ("causal", "script")


def test_engines_run_on_the_workers_thread(open_desk) -> None:
    engine = ThreadNotingEngine()
    open_desk(engine)
    assert engine.thread != threading.get_ident()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InklingError("The model is too large.", "Choose another."), "The model is too large."),
        (ValueError(SECRET), "Inkling made a mistake while it used the model."),
        (MemoryError(), "Inkling made a mistake while it used the model."),
    ],
)
def test_a_load_that_fails_says_so_and_the_next_one_works(open_desk, error: Exception, message: str) -> None:
    desk = open_desk(ScriptedEngine(load_error=error), load=False)
    failing, other = desk.load("causal"), desk.load("masked")
    desk.wait(failing, other)
    (failed,) = failing.terminals
    assert isinstance(failed, Failed)
    assert failed.message == message
    assert failed.hint
    assert isinstance(other.terminals[0], Ready)


def test_a_stream_arrives_whole(open_desk) -> None:
    script = [" emoji 👩‍👩‍👧", "", " 日本", " שלום", "\n", "end"]
    desk = open_desk(ScriptedEngine(script))
    stream = desk.generate()
    desk.wait(stream)
    assert stream.text == "".join(script)
    assert any(isinstance(event, Prefilling) for event in stream.events)
    (finished,) = stream.terminals
    assert isinstance(finished, Finished)
    assert finished.reason == "stop"


def test_a_stream_ends_at_its_length(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"] * 100))
    stream = desk.generate(length=7)
    desk.wait(stream)
    assert stream.text == "a" * 7
    assert stream.terminals[0].reason == "length"


@pytest.mark.parametrize("ask", [*CAUSAL_REQUESTS, "suggest", "fill", "needless", "read_joins"])
def test_without_a_model_the_words_say_what_is_missing(open_desk, ask: str) -> None:
    desk = open_desk(load=False)
    request = getattr(desk, ask)()
    desk.wait(request)
    (failed,) = request.terminals
    assert isinstance(failed, Failed)
    assert "No model" in failed.message


def test_the_engine_failing_in_the_middle_keeps_what_came_and_survives(
    open_desk, caplog: pytest.LogCaptureFixture
) -> None:
    engine = ScriptedEngine(["a", "b", RuntimeError(SECRET), "c"])
    desk = open_desk(engine, ScriptedEngine(words=["wolf"]))
    with caplog.at_level(logging.CRITICAL, logger="app"):
        stream = desk.generate()
        desk.wait(stream)
    assert stream.text == "ab"
    (failed,) = stream.terminals
    assert isinstance(failed, Failed)
    assert "mistake" in failed.message
    assert "RuntimeError" in failed.details
    assert SECRET not in failed.message + failed.hint + failed.details
    short, words = desk.generate(length=2), desk.suggest()
    desk.wait(short, words)
    assert short.text == "ab"
    assert isinstance(words.terminals[0], Suggestions)


def test_words_that_fail_end_their_own_request_alone(open_desk) -> None:
    desk = open_desk(
        ScriptedEngine(["a"] * 50, seconds_per_token=0.002), ScriptedEngine(words=KeyError(SECRET))
    )
    stream, words = desk.generate(), desk.suggest()
    desk.wait(stream, words)
    assert stream.text == "a" * 50
    assert isinstance(words.terminals[0], Failed)


def test_words_are_served_between_two_tokens(open_desk) -> None:
    script = [f"{number} " for number in range(100_000)]
    desk = open_desk(ScriptedEngine(script, seconds_per_token=0.003), ScriptedEngine(words=["wolf"]))
    stream = desk.generate()
    desk.wait_until(lambda: bool(stream.text))
    requests = [desk.suggest() for _ in range(3)]
    desk.wait_until(lambda: all(request.terminals for request in requests))
    assert not stream.terminals
    assert requests[0].terminals[0].words == (Suggestion("wolf", 0.0),)
    before = stream.text
    desk.wait_until(lambda: len(stream.text) > len(before))
    desk.client.cancel(stream.request_id)
    desk.wait(stream, *requests)
    assert "".join(script).startswith(stream.text)


def test_words_are_served_while_a_model_loads(open_desk) -> None:
    causal = HeldEngine(loading=True)
    desk = open_desk(causal, ScriptedEngine(words=["wolf"]), load=False)
    desk.wait(desk.load("masked"))
    loading = desk.load("causal")
    desk.wait_until(lambda: bool(loading.events))
    words = desk.suggest()
    desk.wait_until(lambda: bool(words.terminals))
    assert not loading.terminals
    causal.may_go_on.set()
    desk.wait(loading, words)


def test_an_unloaded_engine_is_not_asked_twice(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"]))
    first, second = desk.unload(), desk.unload("masked")
    desk.wait(first, second)
    assert [request.terminals[0].reason for request in (first, second)] == ["done", "done"]


def test_warming_reads_the_prompt_and_says_nothing(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"]))
    warm = desk.warm()
    desk.wait(warm)
    assert warm.terminals[0].reason == "done"
    assert not any(isinstance(event, Tokens) for event in warm.events)


def test_takes_arrive_each_whole(open_desk) -> None:
    takes = [
        [f"{take}.{number} 日本 " for number in range(length)] for take, length in enumerate((300, 1, 40))
    ]
    desk = open_desk(ScriptedEngine(takes=takes))
    whole = desk.generate(takes=3)
    desk.wait(whole)
    assert [whole.text_of(take) for take in range(3)] == ["".join(take) for take in takes]
    assert whole.terminals[0].reason == "stop"
    short = desk.generate(length=20, takes=3)
    desk.wait(short)
    assert [short.text_of(take) for take in range(3)] == ["".join(take[:20]) for take in takes]
    assert short.terminals[0].reason == "length"


@pytest.mark.parametrize("ask", ["draft", "insert", "next_words", "weigh", "fit"])
def test_what_the_causal_model_is_asked_is_answered(open_desk, ask: str) -> None:
    desk = open_desk(ScriptedEngine([" ran", " on."], logprob=-0.01), ScriptedEngine())
    request = getattr(desk, ask)()
    desk.wait(request)
    assert request.terminals == [
        {
            "draft": Drafted(request.request_id, " ran on."),
            "insert": Inserted(request.request_id, (" ran on.",)),
            "next_words": NextWords(request.request_id, (NextWord(" ran", -0.01),)),
            "weigh": TextsWeighed(
                request.request_id, ((WeighedPiece(" ran", -0.01), WeighedPiece(" away", -0.01)),)
            ),
            "fit": PromptFitted(
                request.request_id, (FittedPassage(Passage("text", "The fox"), "The fox", 2, 0),)
            ),
        }[ask]
    ]


class SlowReader(ScriptedEngine):
    """Reads its prompt in many steps."""

    def generate_several(self, *order) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        for step in range(100_000):
            threading.Event().wait(0.002)
            yield Prefilled(step, 100_000)
        return ["stop"]


def test_words_are_served_while_a_prompt_is_read(open_desk) -> None:
    desk = open_desk(SlowReader(), ScriptedEngine(words=["wolf"]))
    stream = desk.generate()
    desk.wait_until(lambda: bool(stream.events))
    words = desk.suggest()
    desk.wait_until(lambda: bool(words.terminals))
    assert not stream.terminals
    desk.client.cancel(stream.request_id)
    desk.wait(stream, words)


def test_a_gap_is_filled_between_two_tokens(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"] * 100_000, seconds_per_token=0.003), ScriptedEngine(words=["wolf"]))
    stream = desk.generate()
    desk.wait_until(lambda: bool(stream.text))
    gap = desk.fill()
    desk.wait_until(lambda: bool(gap.terminals))
    assert not stream.terminals
    assert gap.terminals[0].words == (Suggestion("wolf", 0.0),)
    desk.client.cancel(stream.request_id)
    desk.wait(stream, gap)


def test_a_search_for_needless_words_reports_and_ends_in_them(open_desk) -> None:
    desk = open_desk(ScriptedEngine(), ScriptedEngine(needless=["very"]))
    search = desk.needless()
    desk.wait(search)
    assert [event.fraction for event in search.events if isinstance(event, Checking)] == [0.0, 1.0]
    (answer,) = search.terminals
    assert isinstance(answer, NeedlessWords)
    assert answer.words == (NeedlessWord(4, 8, "filler", 1.0),)


def test_words_are_served_between_two_steps_of_a_search_which_can_be_cancelled(open_desk) -> None:
    masked = ScriptedEngine(words=["wolf"], needless=["very"], seconds_per_token=0.005)
    desk = open_desk(ScriptedEngine(), masked)
    search = desk.needless("very " * 10_000)
    desk.wait_until(lambda: bool(search.events))
    words, gap = desk.suggest(), desk.fill()
    desk.wait_until(lambda: bool(words.terminals and gap.terminals))
    assert not search.terminals
    desk.client.cancel(search.request_id)
    desk.wait(search, words, gap)
    assert search.terminals == [Finished(search.request_id, "cancelled")]
    again = desk.needless()
    desk.wait(again)
    assert isinstance(again.terminals[0], NeedlessWords)


def test_joins_arrive_behind_their_progress(open_desk) -> None:
    desk = open_desk(ScriptedEngine(), ScriptedEngine(joins={"Two.": 0.25}))
    joins = desk.read_joins()
    desk.wait(joins)
    fractions = [event.fraction for event in joins.events if isinstance(event, Checking)]
    assert fractions == [0.5, 1.0]
    assert joins.terminals == [Joins(joins.request_id, (0.25, 1.0))]


def test_words_are_served_while_joins_are_read_and_the_rest_can_be_stopped(open_desk) -> None:
    desk = open_desk(ScriptedEngine(), ScriptedEngine(words=["wolf"], seconds_per_token=0.002))
    joins = desk.read_joins(("The fox ran.",) * 100_000)
    desk.wait_until(lambda: bool(joins.events))
    words = desk.suggest()
    desk.wait_until(lambda: bool(words.terminals))
    assert not joins.terminals
    desk.client.cancel(joins.request_id)
    desk.wait(joins, words)
    assert joins.terminals == [Finished(joins.request_id, "cancelled")]
