"""Somebody who is not root: a proof that root runs proves nothing about permissions."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
NAME = "inkling-tests"
UID_WITHOUT_NAME = 64321  # where no user can be created
PATIENCE = 120.0  # seconds


class OrdinaryUser:
    """Runs programs without any power over other people's files.

    When the tests run as root, these programs run as a user of their own. Its one privilege, and only where
    nothing would run otherwise, is to read what others may not: a Python below /root, or a checkout there.
    Whatever it may not write is refused.

    Args:
        home: an empty folder that belongs to the user.
        uid: the number of the user.
        prefix: the command that becomes the user.
    """

    def __init__(self, home: Path, uid: int, prefix: Sequence[str]) -> None:
        self.home = home
        self.uid = uid
        self._prefix = list(prefix)
        self._numbers = count(1)

    def folder(self) -> Path:
        """Return a new, empty folder of the user's."""
        folder = self.home / f"folder-{next(self._numbers)}"
        folder.mkdir()
        self.give(folder)
        return folder

    def give(self, *paths: Path) -> None:
        """Make the user the owner of files that the test made."""
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def run(
        self, args: Sequence[str | Path], env: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end and return what it said; `env` adds to its environment."""
        options = {"text": True, "capture_output": True, "timeout": PATIENCE} | options
        return subprocess.run(self._command(args), env=self._environment(env), cwd=REPOSITORY, **options)

    def popen(
        self, args: Sequence[str | Path], env: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.Popen[str]":
        """Start a program; its process id is the program's own."""
        options = {"text": True} | options
        return subprocess.Popen(self._command(args), env=self._environment(env), cwd=REPOSITORY, **options)

    def python(
        self, *args: str | Path, env: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Run this Python with the checkout as its current folder."""
        return self.run([sys.executable, *args], env, **options)

    def _command(self, args: Sequence[str | Path]) -> list[str]:
        return [*self._prefix, *map(str, args)]

    def _environment(self, env: Mapping[str, str] | None) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "DISPLAY") if name in os.environ
        }
        own = {"HOME": str(self.home), "TMPDIR": str(self.home), "QT_QPA_PLATFORM": "offscreen"}
        return kept | own | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONFAULTHANDLER": "1"} | dict(env or {})


@contextmanager
def ordinary_user() -> Iterator[OrdinaryUser]:
    """Be somebody who is not root, with a home that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="inkling-endurance-"))
    try:
        if os.geteuid() == 0:
            uid = _uid()
            os.chown(home, uid, uid)
            user = OrdinaryUser(home, uid, _becoming(uid, "-all"))
            if not _can_run_python(user):
                user = OrdinaryUser(home, uid, _becoming(uid, "-all,+dac_read_search"))
        else:
            user = OrdinaryUser(home, os.geteuid(), [])
        assert _can_run_python(user), "this Python or this checkout cannot be read by an ordinary user"
        yield user
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _can_run_python(user: OrdinaryUser) -> bool:
    """Return whether the user can start this Python; `setpriv` could before it gave up being root."""
    start = '"$0" -c "import sys, app.paths; print(sys.version)"'
    return user.run(["sh", "-c", start, sys.executable]).stdout == f"{sys.version}\n"


def _becoming(uid: int, capabilities: str) -> list[str]:
    sets = [f"--{name}={capabilities}" for name in ("inh-caps", "ambient-caps", "bounding-set")]
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", *sets]


def _uid() -> int:
    """Return the id of the tests' own user, who is created the first time."""
    with suppress(KeyError):
        return pwd.getpwnam(NAME).pw_uid
    with suppress(OSError, subprocess.CalledProcessError):
        command = [
            "useradd",
            "--system",
            "--no-create-home",
            "--user-group",
            "--shell",
            "/usr/sbin/nologin",
            NAME,
        ]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(NAME).pw_uid
    return UID_WITHOUT_NAME
