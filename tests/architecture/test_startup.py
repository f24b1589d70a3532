"""The window is there before the model libraries are."""

import os
import subprocess
import sys

PROBE = """
import sys, tempfile
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.engines.registry import create_engine
from app.paths import Paths
from ui.application import Inkling, WindowOptions
from ui.first_paint import FirstPaint

HEAVY = {"torch", "transformers", "tokenizers", "safetensors", "gguf", "accelerate", "numpy"}
application = QApplication([])
folder = Path(tempfile.mkdtemp())
inkling = Inkling(application, Paths.under(folder), WindowOptions(data_dir=folder), create_engine)
seen = []

def painted():
    seen.append(sorted(HEAVY & sys.modules.keys()))
    application.exit()

paint = FirstPaint(inkling.page.viewport())
paint.happened.connect(painted)
inkling.window.show()
application.exec()
print("before paint:", seen)
inkling.client.shut_down(5000)
"""


def test_the_window_is_painted_without_the_model_libraries() -> None:
    environ = dict(os.environ) | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, timeout=60
    )
    assert "before paint: [[]]" in done.stdout, done.stdout + done.stderr


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
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
