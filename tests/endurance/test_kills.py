"""SIGKILL while somebody writes: the file is whole, and at most two seconds of writing are gone."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.document.left_behind import find_left_behind
from app.paths import Paths
from tests.endurance.kill_points import dying_at, kill_points_in
from tests.endurance.ordinary_user import REPOSITORY, OrdinaryUser

BEGUN = "It had begun to snow.\n"
MOST_LOST_S = 2  # on a machine that does nothing else; the short form runs anywhere
MOST_LOST_ANYWHERE_S = 5
PROGRAMS = 2  # at once
MODULES = [path for path in (REPOSITORY / "app" / "document").glob("*.py") if "reach(" in path.read_text()]
SELDOM = {"version-thinned"}  # not within a day; test_journal_kills reaches it
POINTS = [point for point in kill_points_in(*MODULES) if point not in SELDOM]
LONGEST_S = 300


@dataclass
class Killed:
    """What is known of a program that was killed: what it said, and when it died."""

    folder: Path
    file: Path
    said: list[dict]
    at: float

    def lost_seconds(self) -> float:
        """Check what it left, and return how long ago the page looked like what can be recovered."""
        saves = {BEGUN, *(line["save"] for line in self.said if "save" in line)}
        in_file = self.file.read_bytes().decode()
        assert in_file in saves, f"the file holds neither an old nor a new text: {in_file!r}"
        found = find_left_behind(Paths.under(self.folder).journals)
        assert found.unreadable == ()
        texts = [left.manuscript.text for left in found.documents if left.about.path == self.file]
        assert len(texts) <= 1
        recovered = texts[0] if texts else in_file
        states = [(line["at"], line["text"]) for line in self.said if "text" in line]
        matching = [number for number, (_, text) in enumerate(states) if text == recovered]
        assert matching, f"nobody ever saw this text on the page: {recovered!r}"
        later = states[matching[-1] + 1 :]
        return self.at - later[0][0] if later else 0.0


def start(
    ordinary: OrdinaryUser, seed: int, env: dict[str, str] | None = None
) -> tuple[subprocess.Popen, Path]:
    folder = ordinary.folder()
    file = folder / "story.md"
    file.write_text(BEGUN)
    ordinary.give(file)
    with (folder / "said").open("wb") as said:
        command = [sys.executable, "-m", "tests.endurance.writer_at_work", folder, file, str(seed)]
        return ordinary.popen(command, env, stdout=said), folder


def wait_for_words(program: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + 120
    while not (folder / "said").stat().st_size and program.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def autopsy(folder: Path, at: float) -> Killed:
    lines = (folder / "said").read_bytes().split(b"\n")[:-1]  # the last one may be half a line
    return Killed(folder, folder / "story.md", [json.loads(line) for line in lines], at)


@pytest.mark.timeout(7200)
def test_killed_at_any_moment(ordinary: OrdinaryUser, times: Callable[[int, int], int]) -> None:
    def kill_one(seed: int) -> tuple[float, int]:
        program, folder = start(ordinary, seed)
        wait_for_words(program, folder)
        time.sleep(random.Random(seed).uniform(0, 5))
        assert program.poll() is None, "the program ended by itself"
        at = time.time()
        program.kill()
        program.wait()
        killed = autopsy(folder, at)
        return killed.lost_seconds(), len(killed.said)

    rounds = times(4, 500)
    with ThreadPoolExecutor(PROGRAMS) as programs:
        results = list(programs.map(kill_one, range(rounds)))
    lost = sorted(seconds for seconds, _ in results)
    assert lost[-1] <= times(MOST_LOST_ANYWHERE_S, MOST_LOST_S)
    print(f"{rounds} kills, {sum(steps for _, steps in results)} steps of writing; lost: median "
          f"{lost[len(lost) // 2]:.2f} s, at most {lost[-1]:.2f} s")  # fmt: skip


@pytest.mark.timeout(7200)
def test_killed_at_every_step(ordinary: OrdinaryUser, times: Callable[[int, int], int]) -> None:
    def die_at(case: tuple[str, int]) -> tuple[str, float]:
        point, time_of_it = case
        program, folder = start(ordinary, time_of_it, dying_at(point, time_of_it))
        try:
            assert program.wait(LONGEST_S) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
            pytest.fail(f"{point} was not reached {time_of_it} times")
        killed = autopsy(folder, time.time())
        return point, killed.lost_seconds() if killed.said else 0.0

    cases = [(point, time_of_it) for point in POINTS for time_of_it in range(1, times(1, 4) + 1)]
    with ThreadPoolExecutor(PROGRAMS) as programs:
        results = list(programs.map(die_at, cases))
    worst = max(lost for _, lost in results)
    assert worst <= times(MOST_LOST_ANYWHERE_S, MOST_LOST_S)
    print(f"{len(results)} kills at {len(POINTS)} steps; at most {worst:.2f} s lost")
