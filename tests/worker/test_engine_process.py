"""Engines in a real process of their own: what passes, what breaks, and what is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.engines.protocols import Prefilled, Sampling, Token
from app.errors import InklingError
from app.logs import DescribedError, describe
from app.worker.engine_process import EngineProcess
from app.worker.messages import Drafted, Failed, Ready, Suggestions

SECRET = "the manuscript"
FOLDER = Path("script")
ENGINE = """
import os, signal, sys, time
from app.engines.protocols import Prefilled, Suggestion, Token
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.worker.engine_host import serve

class LibraryError(ValueError): pass
class Strange(Exception):
    def __init__(self, a, b): super().__init__(a + b)

class Mortal(ScriptedEngine):
    "Dies in the step that its folder or prompt names, counts what was left, and is a noisy one."
    left = 0

    def __init__(self):
        super().__init__()
        print("a library says hello", flush=True)
        os.system("echo and so does its child")

    def load(self, folder, device, precision="auto"):
        steps = super().load(folder, device, precision)
        yield next(steps)
        self.die_in("load", folder.name)
        return (yield from steps)

    def generate(self, prompt, *arguments):
        assert sys.stdin.read() == ""
        try:
            yield Prefilled(len(prompt), len(prompt))
            self.die_in("prefill", prompt)
            yield from (Token(part, 0.0) for part in prompt.split("|")[:3])
        except GeneratorExit:
            Mortal.left += 1
            raise
        self.die_in("decode", prompt)
        return "stop"

    def generate_several(self, prompt, *arguments):
        for step in self.generate(prompt):
            yield step if isinstance(step, Prefilled) else (step,)
        return ["stop"]

    def suggest(self, *arguments):
        return [Suggestion("left", Mortal.left)]

    def die_in(self, step, last):
        if step == last: os.kill(os.getpid(), signal.SIGKILL)

class Honest(ScriptedEngine):
    "Answers only while it is loaded."
    is_loaded = False

    def load(self, *arguments):
        self.is_loaded = True
        return super().load(*arguments)

    def fill_gap(self, *arguments):
        if not self.is_loaded: raise InklingError("No model is loaded.")
        return super().fill_gap(*arguments)
"""

Start = Callable[..., EngineProcess]


def host(engine: str) -> list[str]:
    """Return the command of a host whose engines are made by an expression."""
    return [sys.executable, "-c", f"{ENGINE}\nserve(lambda role: {engine})"]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    """Return a function that starts a host with both of its models loaded."""
    processes = []

    def run_host(engine: str = "Mortal()", load: bool = True) -> EngineProcess:
        process = EngineProcess(host(engine))
        processes.append(process)
        for role in ("causal", "masked") if load else ():
            run(process.create_engine(role).load(FOLDER, "cpu"))
        return process

    yield run_host
    for process in processes:
        process.end()
    assert not children()


def run(steps: Generator[Any, None, Any]) -> list[Any]:
    return list(steps)


def generate(process: EngineProcess, prompt: str, length: int = 100) -> Generator[Any, None, Any]:
    return process.create_engine("causal").generate(prompt, Sampling(), length)


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]


def lost(process: EngineProcess) -> list[InklingError]:
    heard: list[InklingError] = []
    process.lost.connect(heard.append)
    return heard


@pytest.mark.parametrize("where", ["load", "prefill", "decode"])
def test_a_death_in_a_step_is_one_error_and_the_next_load_works(
    start: Start, qtbot: QtBot, where: str
) -> None:
    process = start()
    heard = lost(process)
    engine = process.create_engine("causal")
    steps = engine.load(Path(where), "cpu") if where == "load" else generate(process, where)
    with pytest.raises(InklingError, match="ended unexpectedly") as error:
        run(steps)
    assert "emory" in error.value.hint
    with pytest.raises(InklingError, match="No model is loaded"):
        process.create_engine("masked").suggest("The fox", 4, 7, 8)
    run(engine.load(FOLDER, "cpu"))
    assert run(generate(process, "a|b")) == [Prefilled(3, 3), Token("a", 0.0), Token("b", 0.0)]
    qtbot.waitUntil(lambda: bool(heard))
    assert len(heard) == 1


def test_a_death_at_rest_is_noticed_at_once(start: Start, qtbot: QtBot) -> None:
    process = start()
    heard = lost(process)
    children()[0].kill()
    qtbot.waitUntil(lambda: len(heard) == 1)
    with pytest.raises(InklingError, match="No model is loaded"):
        run(generate(process, "a"))
    process.create_engine("causal").unload()
    run(process.create_engine("causal").load(FOLDER, "cpu"))
    assert run(generate(process, "a"))


def test_steps_that_outlive_their_process_fail_and_leave_the_next_one_alone(start: Start) -> None:
    process = start()
    left, closed = generate(process, "a|b"), generate(process, "a|b")
    next(left), next(closed)
    children()[0].kill()
    with pytest.raises(InklingError, match=r"unexpectedly|No model"):
        run(generate(process, "a"))
    run(process.create_engine("causal").load(FOLDER, "cpu"))
    with pytest.raises(InklingError, match="ended unexpectedly"):
        next(left)
    closed.close()
    assert run(generate(process, "a"))


def test_a_program_that_cannot_be_started_is_told_in_words() -> None:
    engine = EngineProcess(["/no/such/program"]).create_engine("causal")
    with pytest.raises(InklingError, match="could not be started"):
        run(engine.load(FOLDER, "cpu"))


def test_a_program_that_says_something_else_is_ended(qtbot: QtBot) -> None:
    process = EngineProcess([sys.executable, "-c", "print('Hello', flush=True); input()"])
    with pytest.raises(InklingError, match="ended unexpectedly"):
        run(process.create_engine("causal").load(FOLDER, "cpu"))
    process.end()
    assert not children()


@pytest.mark.parametrize(
    ("thrown", "caught"),
    [
        ("InklingError('Too large.', 'Choose another.')", InklingError),
        (f"ValueError({SECRET!r})", ValueError),
        (f"LibraryError({SECRET!r})", ValueError),
        (f"Strange({SECRET!r}, '')", DescribedError),
        ("MemoryError()", DescribedError),
    ],
)
def test_an_exception_travels_without_what_it_quotes(
    start: Start, thrown: str, caught: type[Exception]
) -> None:
    process = start(f"ScriptedEngine(['a', {thrown}], words={thrown})")
    masked = process.create_engine("masked")
    for ask in (lambda: masked.suggest("The fox", 4, 7, 8), lambda: run(generate(process, "x"))):
        with pytest.raises(caught) as error:
            ask()
        assert type(error.value) is caught
        if isinstance(error.value, InklingError):
            assert (error.value.message, error.value.hint) == ("Too large.", "Choose another.")
        told = describe(error.value)
        assert thrown.partition("(")[0] in told
        assert "scripted.py" in told
        assert SECRET not in told


def test_large_odd_and_impossible_arguments(start: Start) -> None:
    process = start()
    for prompt in ("x" * 10_000_000, "lone \ud83d half", "日本 👩‍👩‍👧\0"):
        assert run(generate(process, prompt))[0] == Prefilled(len(prompt), len(prompt))
    unpicklable: Any = lambda: None  # noqa: E731
    with pytest.raises(Exception, match="pickle"):
        run(generate(process, unpicklable))
    assert run(generate(process, "a"))


def test_several_calls_are_under_way_and_any_can_be_left(start: Start) -> None:
    process = start()
    first, second, third = (generate(process, prompt) for prompt in ("a|b", "c|d", "e|f"))
    for steps in (first, second, third):
        assert next(steps) == Prefilled(3, 3)
    assert next(second).text == "c"
    masked = process.create_engine("masked")
    assert masked.suggest("", 0, 0, 1)[0].score == 0
    second.close()
    assert masked.suggest("", 0, 0, 1)[0].score == 1
    assert [step.text for step in run(third)] == ["e", "f"]
    assert [step.text for step in run(first)] == ["a", "b"]


def test_the_process_goes_with_the_last_model_and_comes_with_the_next(start: Start) -> None:
    process = start()
    causal, masked = process.create_engine("causal"), process.create_engine("masked")
    (before,) = children()
    causal.unload()
    causal.unload()
    assert children() == [before]
    loading = causal.load(FOLDER, "cpu")
    next(loading)
    loading.close()  # a load that is given up takes nothing with it
    causal.unload()
    assert children() == [before]
    masked.unload()
    masked.unload()
    assert not children()
    run(causal.load(FOLDER, "cpu"))
    assert run(generate(process, "a"))


def test_a_first_load_that_is_given_up_leaves_no_process(start: Start) -> None:
    process = start(load=False)
    causal = process.create_engine("causal")
    loading = causal.load(FOLDER, "cpu")
    next(loading)
    loading.close()
    assert children()
    causal.unload()
    assert not children()


def test_nothing_starts_after_the_end(start: Start) -> None:
    process = start()
    process.end()
    assert not children()
    with pytest.raises(InklingError, match="closing"):
        run(process.create_engine("causal").load(FOLDER, "cpu"))
    process.end()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes instead")
def test_the_models_give_way_to_the_window(start: Start) -> None:
    start()
    assert children()[0].nice() == min(psutil.Process().nice() + 5, 19)


PARENT = """
import os, sys, time
from pathlib import Path
import psutil
from app.engines.protocols import Sampling
from app.worker.engine_process import EngineProcess

process = EngineProcess([sys.executable, "-c", sys.argv[1]])
engine = process.create_engine("causal")
list(engine.load(Path("script"), "cpu"))
try:
    print(psutil.Process().children()[0].pid, flush=True)
    if sys.argv[2] == "busy":
        list(engine.generate("a", Sampling(), 1000))
    time.sleep(300)
except KeyboardInterrupt:
    print(len(list(engine.generate("a", Sampling(), 2))), flush=True)
    if sys.argv[2] == "rude":
        os._exit(0)
"""


def parent(what: str) -> tuple[subprocess.Popen[str], psutil.Process]:
    """Start a window's process, whose models take half a second a step, and return it with its child."""
    code = host("ScriptedEngine(['a'] * 1000, seconds_per_token=0.5)")[-1]
    command = [sys.executable, "-c", PARENT, code, what]
    window = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert window.stdout is not None
    return window, psutil.Process(int(window.stdout.readline()))


@pytest.mark.parametrize("what", ["idle", "busy"])
def test_a_window_that_is_killed_leaves_no_process(what: str) -> None:
    window, child = parent(what)
    window.kill()
    _, errors = window.communicate()
    child.wait(60)
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="a process group is Unix's")
@pytest.mark.parametrize("what", ["polite", "rude"])
def test_ctrl_c_is_for_the_window_and_its_end_is_the_models(what: str) -> None:
    window, child = parent(what)
    os.killpg(window.pid, signal.SIGINT)
    output, errors = window.communicate(timeout=90)
    assert output.strip() == "3"  # the models still answered
    assert "Traceback" not in errors
    child.wait(60)


def test_words_are_served_between_two_tokens_and_a_stream_stops(start: Start, open_desk) -> None:
    engine = "ScriptedEngine(['a'] * 100_000, words=['wolf'], seconds_per_token=0.003)"
    process = start(engine, load=False)
    desk = open_desk(process.create_engine("causal"), process.create_engine("masked"))
    stream = desk.generate()
    desk.wait_until(lambda: bool(stream.text))
    words, gap = desk.suggest(), desk.fill()
    desk.wait_until(lambda: bool(words.terminals and gap.terminals))
    assert isinstance(words.terminals[0], Suggestions)
    assert not stream.terminals
    desk.client.cancel(stream.request_id)
    desk.wait(stream)  # all of it would take five minutes
    again = desk.generate(length=5)
    desk.wait(again)
    assert again.text == "aaaaa"


def test_the_worker_says_that_the_models_died_and_loads_them_again(start: Start, open_desk) -> None:
    process = start(load=False)
    desk = open_desk(process.create_engine("causal"), process.create_engine("masked"))
    stream = desk.generate(prompt="decode")
    desk.wait(stream)
    (failed,) = stream.terminals
    assert isinstance(failed, Failed)
    assert "ended unexpectedly" in failed.message
    assert stream.text == "decode"
    loading, again = desk.load(), desk.generate(prompt="a|b")
    desk.wait(loading, again)
    assert isinstance(loading.terminals[0], Ready)
    assert again.text == "ab"


def test_ghost_text_makes_do_with_one_model_where_the_other_was_lost(start: Start, open_desk) -> None:
    process = start("Honest([' ran', ' on.'], logprob=-0.01)", load=False)
    desk = open_desk(process.create_engine("causal"), process.create_engine("masked"))
    children()[0].kill()
    desk.wait(desk.draft())  # which fails
    desk.wait(desk.load("causal"))
    alone = desk.draft()
    desk.wait(alone)
    assert alone.terminals == [Drafted(alone.request_id, " ran on.")]
