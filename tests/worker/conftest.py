"""A real worker thread with scripted engines, and a recorder of what it says."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from pytestqt.qtbot import QtBot

from app.engines.protocols import Engine, Role, Sampling
from app.engines.scripted import ScriptedEngine
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Terminal, Tokens
from tests.waiting import PATIENCE_MS


class Recorder:
    """Keeps the events of one request."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.request_id = 0

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    @property
    def terminals(self) -> list[Event]:
        return [event for event in self.events if isinstance(event, Terminal)]

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Tokens))

    def text_of(self, take: int) -> str:
        return "".join(
            event.text for event in self.events if isinstance(event, Tokens) and event.take == take
        )

    @property
    def deliveries(self) -> int:
        return sum(isinstance(event, Tokens) for event in self.events)


class Desk:
    """A client with both models loaded, and short ways to ask it."""

    def __init__(self, client: EngineClient, qtbot: QtBot) -> None:
        self.client = client
        self._qtbot = qtbot

    def load(self, role: Role = "causal") -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.load(role, Path("script"), "cpu", recorder)
        return recorder

    def generate(self, length: int = 1_000_000, prompt: str = "The fox", takes: int = 1) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.generate(prompt, Sampling(), length, recorder, takes=takes)
        return recorder

    def draft(self, prompt: str = "The fox", following: str = " away") -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.draft(prompt, following, 1.0, recorder)
        return recorder

    def insert(self) -> Recorder:
        recorder = Recorder()
        order = "The fox ran.", " It slept.", Sampling(), 20
        recorder.request_id = self.client.insert(*order, recorder)
        return recorder

    def next_words(self) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.weigh_next_words("The fox", 3, recorder)
        return recorder

    def weigh(self, texts: int = 1, gives_way: bool = False) -> Recorder:
        recorder = Recorder()
        order = "The fox", [" ran away"] * texts, recorder
        recorder.request_id = self.client.weigh_texts(*order, gives_way=gives_way)
        return recorder

    def warm(self) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.warm("The fox", recorder)
        return recorder

    def fit(self) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.fit_prompt("The fox", recorder)
        return recorder

    def suggest(self) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.suggest_words("The fox", 4, 7, 8, recorder)
        return recorder

    def fill(self) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.fill_gap("The fox", 4, 8, recorder)
        return recorder

    def needless(self, text: str = "The very old fox") -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.find_needless(text, 0, len(text), recorder)
        return recorder

    def read_joins(self, sentences: tuple[str, ...] = ("One.", "Two.", "Three.")) -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.read_joins(sentences, recorder)
        return recorder

    def unload(self, role: Role = "causal") -> Recorder:
        recorder = Recorder()
        recorder.request_id = self.client.unload(role, recorder)
        return recorder

    def wait(self, *recorders: Recorder) -> None:
        """Wait until each request has ended, and a little longer for what should not come."""
        self.wait_until(lambda: all(recorder.terminals for recorder in recorders))
        self._qtbot.wait(30)
        for recorder in recorders:
            assert len(recorder.terminals) == 1
            assert recorder.events[-1] is recorder.terminals[0]
            assert {event.request_id for event in recorder.events} == {recorder.request_id}

    def wait_until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition)


class OpenDesk(Protocol):
    def __call__(self, *engines: Engine, load: bool = True) -> Desk: ...


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[OpenDesk]:
    """Return a function that starts a worker with a causal and, if given, a masked engine."""
    clients = []

    def start(*engines: Engine, load: bool = True) -> Desk:
        by_role = dict(zip(("causal", "masked"), engines, strict=False))
        client = EngineClient(lambda role: by_role.get(role) or ScriptedEngine())
        clients.append(client)
        desk = Desk(client, qtbot)
        if load:
            desk.wait(desk.load("causal"), desk.load("masked"))
        return desk

    yield start
    for client in clients:
        assert client.shut_down(PATIENCE_MS)
