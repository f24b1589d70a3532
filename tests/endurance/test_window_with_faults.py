"""Whatever call fails while the window saves: the file is whole, the writer is told, the next save works."""

import json
import sys
from collections.abc import Callable

from tests.endurance.ordinary_user import OrdinaryUser


def test_every_call_fails(
    ordinary: OrdinaryUser, with_faults: dict[str, str], times: Callable[[int, int], int]
) -> None:
    folder = ordinary.folder()
    file = folder / "story.md"
    file.write_text("It had begun to snow.\n")
    ordinary.give(file)
    command = [sys.executable, "-m", "tests.endurance.window_with_faults", folder, str(times(1, 4))]
    done = ordinary.run(command, with_faults, timeout=280)
    assert done.returncode == 0, done.stderr
    attempts = [json.loads(line) for line in done.stdout.splitlines()]
    for attempt in attempts:
        under, after = attempt["under"], attempt["after"]
        assert under["file"] in (attempt["old"], under["page"]), str(attempt)
        if under["file"] != under["page"]:
            assert under["is dirty"], str(attempt)
        if attempt["failures"] and under["file"] != under["page"]:
            assert any("could not be" in words for words in under["told"]), str(attempt)
        assert (after["file"], after["is dirty"]) == (after["page"], False), str(attempt)
    failed = [attempt for attempt in attempts if attempt["failures"]]
    assert len(failed) > 40
    told = sum(bool(attempt["under"]["told"]) for attempt in failed)
    print(f"{len(failed)} faults in the window, {told} of them told; the file was whole after each")
