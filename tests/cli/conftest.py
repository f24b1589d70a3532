"""The console program as a process, and its `main` in this one."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from app.cli.main import main

Result = tuple[int, str, str]
PROGRAM = [sys.executable, "-m", "ui"]


@pytest.fixture
def inkling(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs a command line here: exit status, output, error output."""

    def run(*arguments: str) -> Result:
        try:
            status: Any = main(arguments)
        except SystemExit as end:
            status = end.code
        output = capsys.readouterr()
        return int(status or 0), output.out, output.err

    return run


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts the console program."""

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    return run


@pytest.fixture
def objects() -> Callable[[str], list[dict[str, Any]]]:
    """Return a function that reads JSON, one object a line."""
    return lambda output: [json.loads(line) for line in output.splitlines()]
