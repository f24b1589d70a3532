"""The window's process never loads the model libraries, and the models' process never loads Qt."""

import os
import subprocess
import sys
from pathlib import Path

from ui.program import HOST_ENGINES

PROBE = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.first_paint import FirstPaint
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

HEAVY = {"torch", "transformers", "tokenizers", "safetensors", "gguf", "accelerate", "numpy"}
folder, model = Path(sys.argv[1]), Path(sys.argv[2])
application = QApplication([])
engines = EngineProcess(own_command(HOST_ENGINES))
options = WindowOptions(model=model, data_dir=folder)
inkling = Inkling(application, Paths.under(folder), options, engines.create_engine)
events = []

def note(event):
    events.append((event, sorted(HEAVY & sys.modules.keys())))

def go_on():
    ready = inkling.models.is_ready
    if ready("causal") and ready("masked") and not inkling.continuation.is_streaming:
        note("loaded")
        inkling.page.setPlainText("The old house stood")
        inkling.continuation.start()

def stop(is_streaming):
    if not is_streaming:
        note("streamed")
        application.exit()

FirstPaint(inkling.page.viewport()).happened.connect(lambda: note("painted"))
inkling.models.changed.connect(go_on)
inkling.continuation.streaming_changed.connect(stop)
inkling.start()
run_event_loop(application, application.exit, inkling.tasks.cancel_all)
print(events)
assert end_program(inkling, engines)
"""


def test_the_windows_process_never_loads_the_model_libraries(tmp_path: Path, starter_model: Path) -> None:
    environ = dict(os.environ) | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", PROBE, str(tmp_path), str(starter_model)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[('painted', []), ('loaded', []), ('streamed', [])]", done.stderr


def test_the_models_process_starts_without_qt_and_ends_without_a_window() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "ui", HOST_ENGINES]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=True
    )
    assert "app.worker.engine_host" in done.stderr
    assert not {name for name in ("PySide6", "shiboken6", "qasync") if name in done.stderr}
    assert not done.stdout


def test_errors_and_help_of_the_command_line_need_no_model_libraries() -> None:
    code = (
        "import sys\n"
        "from ui.__main__ import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "assert not {'torch', 'transformers', 'PySide6'} & sys.modules.keys(), sys.modules.keys()\n"
    )
    for arguments in (
        ["--version"],
        ["--help"],
        ["complete", "--help"],
        ["complete", "--nonsense"],
        ["words"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
