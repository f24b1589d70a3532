"""Faults of the disk at will: builds `faults.c`, and arms it from inside of the program under test."""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


def build(folder: Path) -> Path:
    """Compile the library; a program gets it with `LD_PRELOAD`."""
    library = folder / "faults.so"
    command = ["cc", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]
    subprocess.run(command, check=True)
    return library


class Faults:
    """Lets calls of open, write, fsync, fdatasync, rename and ftruncate fail in a folder, and on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fsencode(folder.resolve())
        self._library = ctypes.CDLL(None)
        self._library.faults_calls.restype = self._library.faults_failures.restype = ctypes.c_long

    def arm(self, nth: int, error: int, is_lasting: bool = False) -> None:
        """Let the nth call from now on fail with an `errno`, and all later ones where that is lasting."""
        self._library.faults_arm(self._folder, ctypes.c_long(nth), error, int(is_lasting))

    def disarm(self) -> None:
        """Let no call fail; both counts stay."""
        self._library.faults_disarm()

    @property
    def calls(self) -> int:
        """How many calls there were while armed."""
        return int(self._library.faults_calls())

    @property
    def failures(self) -> int:
        """How many of them failed."""
        return int(self._library.faults_failures())

    def at_each_call(self, error: int, is_lasting: bool = False) -> Iterator[int]:
        """Arm for the first call, then for the second, and so on, until an attempt needs no more calls.

        The body of the loop is the attempt, which may disarm early; in its last turn nothing fails.
        """
        for nth in count(1):
            self.arm(nth, error, is_lasting)
            yield nth
            self.disarm()
            if not self.failures:
                return
