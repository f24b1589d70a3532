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
    documents, unreadable = [], list(found.unreadable)
    for left in found.documents:
        if _is_saved(left, paths, now):
            continue
        if left.about.path is not None and not left.notes:  # they lie with its versions
            notes, unreadable_notes = History(paths.history, left.about.path).notes()
            left = replace(left, notes=notes)
            unreadable += [unreadable_notes] if unreadable_notes is not None else []
        documents.append(left)
    return Found(tuple(documents), tuple(unreadable))


def _is_saved(left: LeftBehind, paths: Paths, now: datetime) -> bool:
    digest = left.digest_if_saved()
    if left.about.path is None or digest is None:
        return False
    with suppress(OSError):  # the text is safe in its file
        history = History(paths.history, left.about.path)
        history.keep(left.manuscript, digest, now)
        if left.notes:
            history.keep_notes(left.notes, left.notes, digest)
        left.discard()
    return True
