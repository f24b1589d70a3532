import os
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE = 5.0  # seconds that a thread may take to end behind a test


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fail a test that leaves a Python thread or the engine's QThread running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE
    while (left := _left_behind(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"threads left running: {left}"


def _left_behind(before: set[threading.Thread]) -> list[str]:
    python = [t.name for t in set(threading.enumerate()) - before if not isinstance(t, threading._DummyThread)]
    tasks = Path("/proc/self/task")
    native = [file.read_text().strip() for file in tasks.glob("*/comm")] if tasks.exists() else []
    return python + [name for name in native if name == "engine"]


@pytest.fixture(scope="session")
def starter_model() -> Path:
    """The prepared starter model of this machine."""
    library = Library(Paths.of_this_machine().models, Catalog.shipped())
    return library.causal()  # its InklingError says what to run first


@pytest.fixture(scope="session")
def word_model() -> Path:
    """The masked model that comes with Inkling."""
    return Path(str(files("resources"))) / "models" / "word-mini"
