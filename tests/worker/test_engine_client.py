"""Submitting, cancelling and shutting down, against the real worker thread."""

import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.engines.protocols import FinishReason, LoadStep, ModelDescription, Prefilled, Sampling, Step
from app.engines.scripted import ScriptedEngine
from app.worker.engine_client import FRAME_MS, EngineClient
from app.worker.messages import Event, Failed, Finished, PromptFitted, Ready, Terminal, TextsWeighed, Tokens
from tests.held import HeldEngine
from tests.waiting import PATIENCE, PATIENCE_MS


def endless(seconds_per_token: float = 0.002) -> ScriptedEngine:
    return ScriptedEngine(["a "] * 200_000, seconds_per_token=seconds_per_token)


def test_cancelled_in_the_queue(open_desk) -> None:
    desk = open_desk(endless())
    running, queued = desk.generate(), desk.generate()
    desk.client.cancel(queued.request_id)
    desk.client.cancel(running.request_id)
    desk.wait(running, queued)
    assert queued.events == [Finished(queued.request_id, "cancelled")]


@pytest.mark.parametrize("ask", ["generate", "warm", "suggest", "read_joins", "load"])
def test_cancelled_before_it_began(open_desk, ask: str) -> None:
    desk = open_desk(endless(), ScriptedEngine(words=["wolf"]))
    request = getattr(desk, ask)()
    desk.client.cancel(request.request_id)
    desk.wait(request)
    assert len(request.events) == 1


def test_cancelled_while_loading(open_desk) -> None:
    engine = HeldEngine(["a"], loading=True)
    desk = open_desk(engine, load=False)
    loading = desk.load()
    desk.wait_until(lambda: len(loading.events) > 1)
    desk.client.cancel(loading.request_id)
    desk.wait(loading)
    assert loading.terminals == [Finished(loading.request_id, "cancelled")]
    engine.may_go_on.set()
    again = desk.load()
    desk.wait(again)
    assert isinstance(again.terminals[0], Ready)


class Stepwise(ScriptedEngine):
    """Writes a token whenever it may."""

    def __init__(self) -> None:
        super().__init__(["a"] * 100)
        self.may_step = threading.Semaphore(0)
        self.steps = 0

    def generate_several(self, *order) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        steps = super().generate_several(*order)
        yield next(steps)
        while self.may_step.acquire(timeout=PATIENCE):
            self.steps += 1
            yield next(steps)
        return ["stop"]


def test_cancelled_in_the_middle_of_a_stream_it_ends_within_a_step(open_desk) -> None:
    engine = Stepwise()
    desk = open_desk(engine)
    stream = desk.generate()
    engine.may_step.release(3)
    desk.wait_until(lambda: stream.text == "aaa")
    desk.client.cancel(stream.request_id)
    engine.may_step.release(90)
    desk.wait(stream)
    assert stream.terminals[0].reason == "cancelled"
    assert engine.steps <= 4
    assert stream.text == "aaa"  # what was on its way is dropped


def test_cancelled_while_the_outbox_is_full(open_desk, qtbot: QtBot) -> None:
    desk = open_desk(endless(0))
    stream = desk.generate()
    time.sleep(0.3)  # the window is busy; nothing is taken out
    desk.client.cancel(stream.request_id)
    desk.wait(stream)
    assert stream.events == stream.terminals


class SlowReader(ScriptedEngine):
    """Takes so long to read a prompt ahead that no test sees it end."""

    def prefill(self, prompt: str) -> Generator[Prefilled, None, bool]:
        for step in range(100_000):
            time.sleep(0.002)
            yield Prefilled(step, 100_000)
        return True


@pytest.mark.parametrize("ask", ["generate", "read_joins", "load", "unload", "warm"])
def test_no_request_waits_until_a_prompt_is_warm(open_desk, ask: str) -> None:
    desk = open_desk(SlowReader(["a"]))
    warm = desk.warm()
    desk.wait_until(lambda: bool(warm.events))
    other = getattr(desk, ask)()
    desk.wait(warm)
    assert warm.terminals == [Finished(warm.request_id, "cancelled")]
    desk.client.cancel(other.request_id)
    desk.wait(other)


def test_a_warm_in_the_queue_is_ended_as_well(open_desk) -> None:
    desk = open_desk(SlowReader(["a "] * 200_000, seconds_per_token=0.002))
    running = desk.generate()
    warm, behind = desk.warm(), desk.generate()
    for stream in (running, behind):
        desk.wait_until(lambda stream=stream: bool(stream.text))
        desk.client.cancel(stream.request_id)
    desk.wait(running, warm, behind)
    assert warm.events == [Finished(warm.request_id, "cancelled")]


@pytest.mark.parametrize("ask", ["warm", "generate"])
def test_a_prompt_is_fitted_between_two_steps_of_what_runs(open_desk, ask: str) -> None:
    desk = open_desk(SlowReader(["a "] * 200_000, seconds_per_token=0.002))
    running = getattr(desk, ask)()
    desk.wait_until(lambda: bool(running.events))
    fit = desk.fit()
    desk.wait(fit)
    (answer,) = fit.events
    assert isinstance(answer, PromptFitted)
    assert [(one.kept, one.tokens) for one in answer.passages] == [("The fox", 2)]
    assert not running.terminals
    desk.client.cancel(running.request_id)
    desk.wait(running)


LONG = 100_000  # texts, 2 ms each
CAUSAL = ["generate", "warm", "draft", "insert", "next_words", "weigh"]


@pytest.mark.parametrize("ask", [*CAUSAL, "needless", "read_joins", "load", "unload"])
def test_a_weighing_that_gives_way_lets_nobody_wait(open_desk, ask: str) -> None:
    desk = open_desk(SlowReader(["a"], seconds_per_token=0.002))
    weighing = desk.weigh(LONG, gives_way=True)
    desk.wait_until(lambda: bool(weighing.events))
    other = getattr(desk, ask)()
    desk.wait(weighing)
    assert weighing.terminals == [Finished(weighing.request_id, "cancelled")]
    desk.client.cancel(other.request_id)
    desk.wait(other)


@pytest.mark.parametrize("gives_way", [True, False])
@pytest.mark.parametrize("ask", ["suggest", "fill", "fit"])
def test_what_takes_no_time_is_answered_between_two_texts(open_desk, ask: str, gives_way: bool) -> None:
    desk = open_desk(ScriptedEngine(seconds_per_token=0.002), ScriptedEngine(words=["wolf"]))
    weighing = desk.weigh(LONG, gives_way=gives_way)
    desk.wait_until(lambda: bool(weighing.events))
    quick = getattr(desk, ask)()
    desk.wait(quick)
    assert not isinstance(quick.terminals[0], Failed)
    assert not weighing.terminals
    desk.client.cancel(weighing.request_id)
    desk.wait(weighing)


def test_a_weighing_that_gives_way_waits_for_what_was_asked_before(open_desk) -> None:
    desk = open_desk(SlowReader(seconds_per_token=0.002))
    warm = desk.warm()
    first, second = desk.weigh(LONG, gives_way=True), desk.weigh(1, gives_way=True)
    desk.wait_until(lambda: bool(warm.events))
    desk.wait(desk.fit())
    assert not warm.terminals
    desk.client.cancel(warm.request_id)
    desk.wait_until(lambda: bool(first.events))
    desk.wait(desk.fit())
    assert not first.terminals
    desk.client.cancel(first.request_id)
    desk.wait(warm, first, second)
    assert isinstance(second.terminals[0], TextsWeighed)


def test_a_weighing_that_somebody_waits_for_is_not_ended(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"], seconds_per_token=0.002))
    weighing, stream = desk.weigh(100), desk.generate()
    desk.wait(weighing, stream)
    assert isinstance(weighing.terminals[0], TextsWeighed)


def test_words_come_between_two_steps_of_a_warm(open_desk) -> None:
    desk = open_desk(SlowReader(), ScriptedEngine(words=["wolf"]))
    warm = desk.warm()
    desk.wait_until(lambda: bool(warm.events))
    words = desk.suggest()
    desk.wait(words)
    assert not warm.terminals
    desk.client.cancel(warm.request_id)
    desk.wait(warm)


def test_cancelling_what_has_ended_is_harmless(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"]))
    stream = desk.generate()
    desk.wait(stream)
    desk.client.cancel(stream.request_id)
    desk.client.cancel(987)
    another = desk.generate()
    desk.wait(another)
    assert another.text == "a"


def test_ended_and_cancelled_at_once_it_ends_once(open_desk) -> None:
    desk = open_desk(ScriptedEngine(["a"]))
    stream = desk.generate()
    time.sleep(0.1)  # it has ended, but the window has not heard
    desk.client.cancel(stream.request_id)
    desk.wait(stream)
    assert stream.events == stream.terminals


def test_a_handler_may_cancel_its_own_request_and_ask_again(open_desk) -> None:
    desk = open_desk(endless())
    client, events, second = desk.client, [], []

    def once(event: Event) -> None:
        events.append(event)
        if isinstance(event, Tokens):
            client.cancel(event.request_id)
            client.generate("again", Sampling(), 3, second.append)

    client.generate("The", Sampling(), 1000, once)
    desk.wait_until(lambda: bool(second) and isinstance(second[-1], Terminal))
    assert [type(event) for event in events if isinstance(event, Tokens | Finished)] == [Tokens, Finished]
    assert "".join(event.text for event in second if isinstance(event, Tokens)) == "a a a "


def test_thousands_of_tokens_a_second_arrive_exact_and_once_a_frame(open_desk) -> None:
    script = [f"{number} 日本👩‍👩‍👧 " for number in range(20_000)]
    desk = open_desk(ScriptedEngine(script))
    began = time.perf_counter()
    stream = desk.generate()
    desk.wait_until(lambda: bool(stream.terminals))
    seconds = time.perf_counter() - began
    assert stream.text == "".join(script)
    assert stream.deliveries <= seconds * 1000 / FRAME_MS + 2


def test_a_failing_handler_takes_no_answer_from_the_others(open_desk, qtbot: QtBot) -> None:
    desk = open_desk(ScriptedEngine(["a"]), ScriptedEngine(words=["wolf"]))

    def fail(_event: Event) -> None:
        raise RuntimeError("a defect in a controller")

    with qtbot.capture_exceptions() as raised:
        desk.client.warm("The", fail)
        others = [desk.generate(), desk.suggest(), desk.warm()]
        time.sleep(0.1)  # all answers leave the box together
        desk.wait(*others)
    assert {type(error[1]) for error in raised} == {RuntimeError}


@pytest.fixture
def client(qtbot: QtBot) -> Callable[[ScriptedEngine], EngineClient]:
    return lambda engine: EngineClient(lambda _role: engine)


def ignore(_event: Event) -> None:
    pass


def test_shut_down_at_rest(client) -> None:
    idle = client(ScriptedEngine())
    assert idle.shut_down(PATIENCE_MS)
    assert idle.shut_down(PATIENCE_MS)  # and once more


def test_shut_down_while_loading(client, qtbot: QtBot) -> None:
    loading = client(HeldEngine(loading=True))
    heard: list[Event] = []
    loading.load("causal", Path("script"), "cpu", heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert loading.shut_down(PATIENCE_MS)


def test_shut_down_in_the_middle_of_a_stream(client, qtbot: QtBot) -> None:
    streaming = client(endless())
    heard: list[Event] = []
    streaming.load("causal", Path("script"), "cpu", ignore)
    streaming.generate("The", Sampling(), 100_000, heard.append)
    qtbot.waitUntil(lambda: any(isinstance(event, Tokens) for event in heard))
    before = len(heard)
    assert streaming.shut_down(PATIENCE_MS)  # all of it would take longer
    qtbot.wait(50)
    assert len(heard) == before


def test_shut_down_while_the_outbox_is_full(client) -> None:
    full = client(endless(0))
    full.load("causal", Path("script"), "cpu", ignore)
    full.generate("The", Sampling(), 200_000, ignore)
    time.sleep(0.2)
    assert full.shut_down(PATIENCE_MS)


def test_shut_down_with_much_in_the_queue(client) -> None:
    busy = client(endless())
    busy.load("causal", Path("script"), "cpu", ignore)
    for _ in range(200):
        busy.generate("The", Sampling(), 1000, ignore)
    assert busy.shut_down(PATIENCE_MS)


class InOneLongStep(ScriptedEngine):
    """Does not come back from loading before it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_within, self.may_end = threading.Event(), threading.Event()

    def load(self, *order) -> Generator[LoadStep, None, ModelDescription]:
        self.is_within.set()
        self.may_end.wait(PATIENCE)
        return (yield from super().load(*order))


def test_a_thread_that_is_in_one_long_step_is_waited_for_only_so_long(client) -> None:
    engine = InOneLongStep()
    slow = client(engine)
    slow.load("causal", Path("script"), "cpu", ignore)
    assert engine.is_within.wait(PATIENCE)
    assert not slow.shut_down(50)
    engine.may_end.set()
    assert slow.shut_down(PATIENCE_MS)


def test_a_continuation_does_not_wait_for_the_other_model_to_load(open_desk) -> None:
    masked = HeldEngine(loading=True)
    desk = open_desk(ScriptedEngine(["a", "b"]), masked, load=False)
    desk.wait(desk.load("causal"))
    loading = desk.load("masked")
    desk.wait_until(lambda: bool(loading.events))
    stream = desk.generate()
    desk.wait_until(lambda: bool(stream.terminals))
    assert not loading.terminals
    masked.may_go_on.set()
    desk.wait(loading, stream)
    assert stream.text == "ab"
    assert isinstance(loading.terminals[0], Ready)
