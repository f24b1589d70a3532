import os
import stat
import sys
from pathlib import Path

import pytest

from ui.save_file import write_atomically


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    write_atomically(path, b"one\n")
    write_atomically(path, b"two\0\xff")
    assert path.read_bytes() == b"two\0\xff"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


def test_an_empty_text_empties_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"something")
    write_atomically(path, b"")
    assert path.read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_permissions_are_kept_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    before = os.umask(0o027)
    try:
        write_atomically(path, b"one")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        write_atomically(path, b"two")
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.md"
    target.write_bytes(b"old")
    link = tmp_path / "link.md"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_missing_folder_is_an_error_with_words(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"\w+ \w+"):
        write_atomically(tmp_path / "missing" / "a.md", b"text")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    signal = pytest.importorskip("signal")
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match=r"\w"):
            write_atomically(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]
