"""Quitting at any moment ends the program soon, with success, and leaves no process behind."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import tomli_w

from app.document.document import open_document
from app.document.manuscript import WRITER, Edit, Manuscript
from app.paths import Paths
from tests.endurance.ordinary_user import OrdinaryUser

LONGEST_S = 5  # on a machine that does nothing else; the short form runs anywhere
LONGEST_ANYWHERE_S = 30
DELAYS_MS = {"load": 3000, "generation": 1500, "save": 60, "recovery": 1500, "copy": 60}


@pytest.fixture(scope="module")
def model(ordinary: OrdinaryUser, starter_model: Path) -> Path:
    """The starter model where an ordinary user may read it."""
    copy = ordinary.folder() / "model"
    shutil.copytree(starter_model, copy)
    ordinary.give(copy, *copy.iterdir())
    return copy


def desk(ordinary: OrdinaryUser, model: Path) -> tuple[Path, Path]:
    """Return a folder for everything that the program keeps, and a story to open."""
    folder = ordinary.folder()
    (folder / "config").mkdir()
    settings = folder / "config" / "settings.toml"
    settings.write_text(tomli_w.dumps({"models": {"causal": str(model)}}))
    story = folder / "story.md"
    story.write_text("The harbour lay still. ")
    ordinary.give(folder / "config", settings, story)
    return folder, story


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("phase", DELAYS_MS)
def test_quitting_leaves_nothing(
    ordinary: OrdinaryUser, model: Path, times: Callable[[int, int], int], phase: str
) -> None:
    folder, story = desk(ordinary, model)
    slowest = 0.0
    rounds = times(1, 40)
    for seed in range(rounds):
        if phase == "recovery":
            leave_something_behind(ordinary, folder, story)
        delay = random.Random(seed).randrange(DELAYS_MS[phase])
        program = ordinary.popen(
            [sys.executable, "-m", "tests.endurance.quitting", phase, str(delay), folder, story],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        said, errors = program.communicate(timeout=240)
        took = time.time() - float(said)
        assert program.returncode == 0, f"{phase}, {delay} ms: {errors}"
        assert took < times(LONGEST_ANYWHERE_S, LONGEST_S), f"{phase}, {delay} ms: {took:.1f} s"
        assert "Traceback" not in errors
        assert left_running(program.pid) == []
        slowest = max(slowest, took)
    print(f"quit during {phase}: {rounds} times, the slowest in {slowest:.2f} s")


def leave_something_behind(ordinary: OrdinaryUser, folder: Path, story: Path) -> None:
    """Leave what a program leaves that dies over unsaved text."""
    document = open_document(Paths.under(folder), story).document
    document.record([Edit(0, 0, Manuscript.of_one("Not saved. ", WRITER))])
    document.leave()
    ordinary.give(*(folder / "state").rglob("*"), folder / "state")


def left_running(session: int) -> list[str]:
    """Return the command lines of the processes of a session that are still there."""
    left = []
    for process in psutil.process_iter(["pid", "cmdline", "status"]):
        try:
            if os.getsid(process.pid) == session and process.info["status"] != psutil.STATUS_ZOMBIE:
                left.append(" ".join(process.info["cmdline"] or []))
        except ProcessLookupError:
            continue
    return left
