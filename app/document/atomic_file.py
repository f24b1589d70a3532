"""Writing a file in one step: afterwards it holds the old bytes or the new ones, never a part of them.

Qt's QSaveFile does not sync the folder, so that a loss of power could still undo a save, and the core works
without Qt.
"""

import errno
import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from app.document.kill_points import reach

LEFT_BEHIND_S = 3600  # no save takes an hour: an unfinished file of that age belongs to nobody

_UNFINISHED = re.compile(r"\.inkling-[0-9a-f]{16}")
_NO_SYNC_HERE = (errno.EINVAL, errno.ENOTSUP, errno.EACCES)  # a folder on some network drives, or unreadable
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends otherwise


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of `path`, or make it.

    A link leads to the file that is replaced, and stays. Permissions, owner, group and extended attributes
    are kept where the system allows it. Another hard link to the file goes on to name the old one.

    Raises:
        OSError: it was not possible. The file holds what it held before, or, where only the last step
            failed, all of the new bytes, of which it is not known whether they survive a loss of power.
    """
    target = _target(path)
    old = _status(target)
    reach("file-begun")
    unfinished = target.with_name(f".inkling-{os.urandom(8).hex()}")
    # A new file gets the permissions that the system has for new files; any other is the writer's alone until
    # it has those of the old one.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
    file = os.open(unfinished, flags, 0o666 if old is None else 0o600)
    try:
        try:
            reach("file-created")
            _write(file, content)
            reach("file-written")
            if old is not None:
                _dress(file, target, old)
            os.fsync(file)
        finally:
            os.close(file)
        reach("file-synced")
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
    reach("file-renamed")
    sync_folder(target.parent)
    reach("folder-synced")
    _tidy(target.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk know which files the folder holds, where the system can.

    Raises:
        OSError: the disk failed.
    """
    if sys.platform == "win32":
        return  # it has no such thing
    try:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        if error.errno not in _NO_SYNC_HERE:
            raise


def _target(path: Path) -> Path:
    """Return where the links of `path` lead; there need not be a file."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        return Path(os.path.realpath(path))


def _status(target: Path) -> os.stat_result | None:
    """Return what is known of the file that will be replaced; None where there is none.

    Raises:
        OSError: it is not a file, or must not be written to, which renaming would not notice.
    """
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a file that can be edited", str(target))
    os.close(os.open(target, os.O_WRONLY | _BINARY))
    return status


def _write(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _dress(file: int, target: Path, old: os.stat_result) -> None:
    """Give the new file what the old one has besides its content, as far as the system allows."""
    if sys.platform == "win32":
        return  # the folder decides about permissions
    mode = old.st_mode & 0o777
    with suppress(OSError):
        os.fchown(file, old.st_uid, -1)
    try:
        os.fchown(file, -1, old.st_gid)
    except OSError:
        mode = mode & ~0o070 | (mode & 0o007) << 3  # what the old group might is not for another group
    _copy_attributes(target, file)
    with suppress(OSError):
        os.fchmod(file, mode)


def _copy_attributes(source: Path, file: int) -> None:
    """Let the file have the same extended attributes, among them its access control list."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        names = os.listxattr(source)
        for name in set(os.listxattr(file)).difference(names):  # what the folder gives to new files
            with suppress(OSError):
                os.removexattr(file, name)
        for name in names:
            with suppress(OSError):
                os.setxattr(file, name, os.getxattr(source, name))


def _tidy(folder: Path) -> None:
    """Remove what saves that were killed have left in the folder."""
    long_ago = time.time() - LEFT_BEHIND_S
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _UNFINISHED.fullmatch(entry.name):
                with suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < long_ago:
                        Path(entry).unlink()
