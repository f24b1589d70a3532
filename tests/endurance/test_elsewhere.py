"""Two processes on one file: no update is lost unnoticed."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.document.document import OnDisk, open_document
from app.document.history import History
from app.paths import Paths
from tests.endurance.ordinary_user import OrdinaryUser


def test_two_processes_save_in_turn(ordinary: OrdinaryUser, times: Callable[[int, int], int]) -> None:
    folder = ordinary.folder()
    file = folder / "story.md"
    file.write_text("begun")
    ordinary.give(file)
    command = [sys.executable, "-m", "tests.endurance.saver", folder, file]
    savers = [ordinary.popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    assert [answer(saver) for saver in savers] == [[], []]  # both have opened it
    chance = random.Random(5)
    rounds = times(20, 200)
    in_file, last, noticed, written = "begun", -1, 0, {"begun"}
    for number in range(rounds):
        turn = chance.randrange(2)
        text = f"text {number} of process {turn}"
        found = save(savers[turn], text)
        if last in (-1, turn):
            assert found == []
        else:
            assert found == [in_file]
            noticed += 1
        in_file, last = text, turn
        written.add(text)
    at_once = times(5, 50)
    for number in range(at_once):
        texts = [f"both at once {number} by {turn}" for turn in range(2)]
        for saver, text in zip(savers, texts, strict=True):
            tell(saver, text)
        found = [answer(saver) for saver in savers]
        written.update(texts)
        assert file.read_text() in texts
        assert any(found)
    for saver in savers:
        saver.stdin.close()
        assert saver.wait(120) == 0
        saver.stdout.close()
    versions = History(Paths.under(folder).history, file).versions
    kept = {versions.load(generation).text for generation in versions.generations()}
    assert written <= kept | {file.read_text()}
    print(f"{rounds} saves in turn, {noticed} of them over the other's text, each noticed; "
          f"{at_once} times both at once; {len(written)} texts written, all of them kept")  # fmt: skip


def test_the_same_size_and_time_do_not_hide_a_change(
    times: Callable[[int, int], int], tmp_path: Path
) -> None:
    file = tmp_path / "story.md"
    chance = random.Random(6)
    rounds = times(50, 500)
    for _ in range(rounds):
        text = "".join(chance.choices("abc \n", k=30))
        file.write_text(text)
        before = file.stat()
        document = open_document(Paths.under(tmp_path), file).document
        place = chance.randrange(30)
        file.write_text(f"{text[:place]}x{text[place + 1 :]}")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        after = file.stat()
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
        assert document.find().state is OnDisk.CHANGED
    print(f"{rounds} changes of the same size and time, each noticed")


def save(saver: subprocess.Popen[str], text: str) -> list[str]:
    tell(saver, text)
    return answer(saver)


def tell(saver: subprocess.Popen[str], text: str) -> None:
    saver.stdin.write(text + "\n")
    saver.stdin.flush()


def answer(saver: subprocess.Popen[str]) -> list[str]:
    return json.loads(saver.stdout.readline())
