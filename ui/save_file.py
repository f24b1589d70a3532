"""Writing a file in one step: afterwards it holds the old bytes or the new ones, never a part of them."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QIODevice, QSaveFile


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the content of `path`, keeping its permissions and following a link to what it names.

    Raises:
        OSError: the file could not be written; what it held before is untouched.
    """
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(file.errorString())
    if file.write(QByteArray(data)) != len(data):
        reason = file.errorString()
        file.cancelWriting()
        raise OSError(reason)
    if not file.commit():
        raise OSError(file.errorString())
