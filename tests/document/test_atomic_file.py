import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.document import atomic_file
from app.document.atomic_file import LEFT_BEHIND_S, replace_file

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of Unix")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask() -> Iterator[int]:
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    replace_file(path, b"one\n")
    replace_file(path, b"two\0\xff")
    assert path.read_bytes() == b"two\0\xff"
    assert names(tmp_path) == ["a.md"]


def test_an_empty_text_empties_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"something")
    replace_file(path, b"")
    assert path.read_bytes() == b""


def test_a_relative_path_is_one_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    replace_file(Path("a.md"), b"text")
    assert (tmp_path / "a.md").read_bytes() == b"text"


@UNIX
def test_a_name_of_255_bytes_is_not_too_long(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 126 + ".md")
    assert len(os.fsencode(path.name)) == 255
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    with pytest.raises(OSError, match="too long"):
        replace_file(tmp_path / ("x" * 256), b"text")
    assert names(tmp_path) == [path.name]


@UNIX
def test_new_files_follow_the_umask(tmp_path: Path, umask: int) -> None:
    replace_file(tmp_path / "a.md", b"one")
    assert mode(tmp_path / "a.md") == 0o666 & ~umask


@UNIX
@pytest.mark.parametrize("permissions", [0o604, 0o777, 0o200, 0o666])
def test_permissions_are_kept(tmp_path: Path, umask: int, permissions: int) -> None:
    path = tmp_path / "a.md"
    path.touch()
    path.chmod(permissions)
    replace_file(path, b"two")
    assert mode(path) == permissions


@UNIX
def test_owner_and_group_are_kept(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    path = tmp_path / "a.md"
    path.touch(mode=0o640)
    os.chown(path, 4711, 4712)
    replace_file(path, b"text")
    assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (4711, 4712, 0o640)


@LINUX
def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.touch()
    try:
        os.setxattr(path, "user.author", b"me")
    except OSError:
        pytest.skip("this file system has no attributes")
    replace_file(path, b"text")
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == {"user.author": b"me"}


@UNIX
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.md"
    target.write_bytes(b"old")
    link = tmp_path / "link.md"
    link.symlink_to(Path("real") / "a.md")
    (tmp_path / "second.md").symlink_to(link)
    replace_file(tmp_path / "second.md", b"new")
    assert link.is_symlink()
    assert (tmp_path / "second.md").is_symlink()
    assert not target.is_symlink()
    assert target.read_bytes() == b"new"


@UNIX
def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "real" / "a.md")
    replace_file(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real" / "a.md").read_bytes() == b"new"


@UNIX
def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")
    with pytest.raises(OSError, match="symbolic links") as caught:
        replace_file(tmp_path / "a.md", b"new")
    assert caught.value.errno == errno.ELOOP
    assert names(tmp_path) == ["a.md", "b.md"]


def test_a_missing_folder_is_an_error_with_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"\w+ \w+"):
        replace_file(tmp_path / "missing" / "a.md", b"text")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path, b"text")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        replace_file(tmp_path / "pipe", b"text")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """The write is cut short, and the next one fails: as on a full disk, so with a limit of the process."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    signal = pytest.importorskip("signal")
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match=r"\w"):
            replace_file(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.md"]


def test_what_a_killed_save_left_is_removed_once_nobody_can_want_it(tmp_path: Path) -> None:
    left, fresh, other = (
        tmp_path / name for name in (f".inkling-{'a' * 16}", f".inkling-{'b' * 16}", ".mine")
    )
    for path in (left, fresh, other):
        path.write_bytes(b"half a te")
    long_ago = left.stat().st_mtime - LEFT_BEHIND_S - 60
    for path in (left, other):
        os.utime(path, (long_ago, long_ago))
    replace_file(tmp_path / "a.md", b"text")
    assert names(tmp_path) == sorted([fresh.name, other.name, "a.md"])


def test_what_a_save_leaves_has_the_name_that_is_removed(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib, app.document.atomic_file as a; a.replace_file(pathlib.Path(sys.argv[1]), b'x')"
    )
    env = dict(os.environ, INKLING_KILL_POINT="file-created")
    dead = subprocess.run([sys.executable, "-c", script, tmp_path / "a.md"], env=env, check=False)
    assert dead.returncode != 0
    (left,) = names(tmp_path)
    assert atomic_file._UNFINISHED.fullmatch(left)
