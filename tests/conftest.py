import os
import signal
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths
from tests.waiting import PATIENCE, PATIENCE_MS
from ui.editor.clipboard import let_go

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to Ctrl+C, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis try the same examples in each run, at any pace; `make endurance` tries others."""
    is_full = config.getoption("--endurance", default=False)
    hurried = [HealthCheck.too_slow]  # how long examples take says more about the machine than about the code
    settings.register_profile("suite", deadline=None, derandomize=not is_full, suppress_health_check=hurried)
    settings.load_profile("suite")


class PatientBot(QtBot):
    """Waits longer than a slow machine takes."""

    def waitUntil(self, callback, *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout: int = PATIENCE_MS, **more):  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals, *, timeout: int = PATIENCE_MS, **more):  # noqa: N802
        return super().waitSignals(signals, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fail a test that leaves a Python thread; Qt itself aborts where a running QThread is dropped."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE
    while (left := _left_behind(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"threads left running: {left}"


def _left_behind(before: set[threading.Thread]) -> list[str]:
    threads = set(threading.enumerate()) - before
    return [thread.name for thread in threads if not isinstance(thread, threading._DummyThread)]


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_in_the_clipboard() -> Iterator[None]:
    yield
    if QGuiApplication.instance() is not None:
        let_go()


@pytest.fixture(scope="session")
def starter_model() -> Path:
    """The prepared starter model of this machine."""
    library = Library(Paths.of_this_machine().models, Catalog.shipped())
    return library.causal()  # its InklingError says what to run first


@pytest.fixture(scope="session")
def word_model() -> Path:
    """The masked model that comes with Inkling."""
    return Path(str(files("resources"))) / "models" / "word-mini"
