"""Files and folders that hold a writer's words and are no other user's business."""

from pathlib import Path

from app.document.atomic_file import replace_file


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it, where it does not exist yet.

    Raises:
        OSError: it could not be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def replace_private_file(path: Path, content: bytes) -> None:
    """Replace a file in one step, or make it.

    Raises:
        OSError: it could not be written; what it held before is untouched.
    """
    make_private_folder(path.parent)
    replace_file(path, content)
    path.chmod(0o600)
