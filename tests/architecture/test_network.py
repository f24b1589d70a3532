"""Inkling opens no network connection: proven at the system calls of the whole process tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STRACE = shutil.which("strace")

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

folder, model = Path(sys.argv[1]), Path(sys.argv[2])
application = QApplication([])
options = WindowOptions(model=model, data_dir=folder)
engines = EngineProcess(own_command(HOST_ENGINES))
inkling = Inkling(application, Paths.under(folder), options, engines.create_engine)
inkling.start()

def go_on():
    if not (inkling.models.is_ready("causal") and inkling.models.is_ready("masked")):
        QTimer.singleShot(50, go_on)
        return
    inkling.page.setPlainText("The old house stood")
    inkling.page.moveCursor(inkling.page.textCursor().MoveOperation.End)
    inkling.continuation.streaming_changed.connect(lambda on: on or (print("streamed"), application.exit()))
    inkling.continuation.start()

go_on()
run_event_loop(application, application.exit, inkling.tasks.cancel_all)
assert end_program(inkling, engines)
"""


def trace(log: Path, command: list[str], **variables: str) -> str:
    """Run a command under strace and return what it asked of the network."""
    # A shell that had set them wrong must not matter either.
    environ = dict(os.environ) | {"HF_HUB_OFFLINE": "0", "QT_QPA_PLATFORM": "offscreen", **variables}
    calls = "trace=connect,sendto,sendmsg,bind"
    whole = [STRACE or "strace", "--seccomp-bpf", "-f", "-qq", "-e", calls, "-o", str(log), *command]
    done = subprocess.run(whole, env=environ, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr
    return done.stdout


def network_calls(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if "AF_INET" in line or "sin_addr" in line]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is a Linux program")
def test_the_trace_would_show_a_connection(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    trace(log, [sys.executable, "-c", code])
    assert network_calls(log)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is a Linux program")
def test_completing_opens_no_connection(tmp_path: Path, starter_model: Path) -> None:
    log = tmp_path / "trace"
    command = ["complete", "The old house", "--max-new-tokens", "4", "--model", str(starter_model)]
    output = trace(log, [sys.executable, "-m", "ui", *command])
    assert output.strip()
    assert network_calls(log) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is a Linux program")
def test_the_window_with_both_models_opens_no_connection(tmp_path: Path, starter_model: Path) -> None:
    log = tmp_path / "trace"
    output = trace(log, [sys.executable, "-c", WINDOW, str(tmp_path / "data"), str(starter_model)])
    assert "streamed" in output
    assert network_calls(log) == []
