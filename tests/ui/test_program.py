import subprocess
from pathlib import Path

from app import VERSION
from ui.program import own_command


def test_the_program_starts_itself_and_not_what_lies_in_the_writers_folder(tmp_path: Path) -> None:
    for name in ("app", "ui"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong program')")
    command = own_command("--version")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, f"Inkling {VERSION}", "")
