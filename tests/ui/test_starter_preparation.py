"""Preparing the starter model from the window: the real child process, and children that behave badly."""

import asyncio
import json
import os
import sys
from pathlib import Path

import psutil
import pytest

from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.paths import Paths
from tests.ui.conftest import close
from ui.application import Inkling, WindowOptions
from ui.async_tasks import AsyncTasks, run_event_loop
from ui.notifications import Notifications
from ui.starter_preparation import StarterPreparation


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run(application, work) -> list:
    """Run a coroutine as the window does and return what the writer was told."""
    told = []
    notifications = Notifications()
    notifications.posted.connect(told.append)
    tasks = AsyncTasks(notifications)

    async def then_quit() -> None:
        try:
            await work
        finally:
            application.quit()

    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, lambda: tasks.start(then_quit(), "work"))
    run_event_loop(application, application.quit, tasks.cancel_all)
    return told


def test_the_first_start_prepares_the_starter_model_and_loads_it(qapp, tmp_path: Path) -> None:
    """The whole window, with the real preparation in its real child process."""
    engine = ScriptedEngine()
    options = WindowOptions(data_dir=tmp_path)
    inkling = Inkling(qapp, Paths.under(tmp_path), options, lambda role: engine)
    steps: list[tuple[float | None, str]] = []
    inkling.models.progressed.connect(lambda fraction, what: steps.append((fraction, what)))
    told = []
    inkling.notifications.posted.connect(told.append)
    inkling.models.changed.connect(lambda: inkling.models.is_ready("causal") and qapp.exit())
    inkling.start()
    run_event_loop(qapp, qapp.exit, inkling.tasks.cancel_all)
    close(inkling)
    assert not told
    assert steps[0] == (0.0, "Making the starter model ready, this once")
    assert len({what for _, what in steps}) > 3
    assert steps[-1] == (None, "")
    prepared = tmp_path / "data" / "models" / "smollm2-135m-instruct"
    assert (prepared / "model.safetensors").stat().st_size > 2e8


def test_an_error_of_the_child_is_told_in_its_words(qapp) -> None:
    line = json.dumps({"error": "The disk is full.", "hint": "Make room."})
    told = run(qapp, StarterPreparation(python(f"print({line!r}); raise SystemExit(1)")).run(print))
    assert [(notice.text, notice.hint) for notice in told] == [("The disk is full.", "Make room.")]


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "pass", "import os; os.kill(os.getpid(), 9)"])
def test_a_child_that_ends_without_a_word_is_a_failure(qapp, code: str) -> None:
    told = run(qapp, StarterPreparation(python(code)).run(print))
    assert "could not be made ready" in told[0].text


def test_quitting_in_the_middle_ends_the_child(qapp, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    code = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(3600)"
    notifications = Notifications()
    tasks = AsyncTasks(notifications)

    def start() -> None:
        tasks.start(StarterPreparation(python(code)).run(print), "sleep")
        watch()

    def watch() -> None:
        if file.exists() and file.read_text():
            qapp.quit()
        else:
            QTimer.singleShot(20, watch)

    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, start)
    run_event_loop(qapp, qapp.quit, tasks.cancel_all)
    assert not psutil.pid_exists(int(file.read_text()))


def test_a_stubborn_child_is_ended_all_the_same(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.starter_preparation.PATIENCE", 0.2)
    code = """if True:
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print('{"fraction": 0, "what": ""}', flush=True)
        time.sleep(60)
    """

    async def cancel_at_first_step() -> None:
        began = asyncio.Event()
        task = asyncio.ensure_future(StarterPreparation(python(code)).run(lambda *_: began.set()))
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert not run(qapp, cancel_at_first_step())
    assert not [p for p in psutil.Process(os.getpid()).children() if p.status() != psutil.STATUS_ZOMBIE]


def test_an_unexpected_exception_reaches_the_writer_and_the_log(qapp, caplog) -> None:
    async def stumble() -> None:
        raise KeyError("secret manuscript")

    told = run(qapp, stumble())
    assert "went wrong" in told[0].text
    assert "secret manuscript" not in told[0].text + told[0].hint
    assert any(record.exc_info for record in caplog.records)


def test_an_inkling_error_speaks_for_itself(qapp) -> None:
    async def refuse() -> None:
        raise InklingError("No.", "Why not.")

    assert [notice.text for notice in run(qapp, refuse())] == ["No."]
