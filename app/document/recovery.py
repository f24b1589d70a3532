"""What a program that died owes its writer."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.document.history import History
from app.document.left_behind import Found, LeftBehind, find_left_behind
from app.paths import Paths


def find_unsaved(paths: Paths, now: datetime) -> Found:
    """Return what was left behind and not saved.

    A program that died right behind a save left nothing unsaved; its version is kept now, if it came to none.

    Raises:
        OSError: the journals could not be read.
    """
    found = find_left_behind(paths.journals)
    return replace(
        found, documents=tuple(left for left in found.documents if not _is_saved(left, paths, now))
    )


def _is_saved(left: LeftBehind, paths: Paths, now: datetime) -> bool:
    digest = left.digest_if_saved()
    if left.about.path is None or digest is None:
        return False
    with suppress(OSError):  # the text is safe in its file
        History(paths.history, left.about.path).keep(left.manuscript, digest, now)
        left.discard()
    return True
