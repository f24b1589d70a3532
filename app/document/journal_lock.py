"""Whether a journal's process lives: it holds a lock, which the system takes from it when it dies."""

from pathlib import Path

from filelock import FileLock, Timeout

BEGIN_S = 5.0  # how long a new journal waits for another process that looks whether it lives
LOOK_S = 0.1  # how long a lock must be held to be its owner's, and not that of another process that looks
POLL_S = 0.01


class JournalLock:
    """The lock of one journal, a file beside it: the journal itself is replaced now and then."""

    def __init__(self, journal: Path) -> None:
        self.file = journal.with_suffix(".lock")
        # Whichever thread ends the journal may release it, so it does not belong to the one that began.
        self._lock = FileLock(self.file, mode=0o600, thread_local=False)

    def acquire(self) -> None:
        """Take it, which nobody else does for longer than a moment.

        Raises:
            OSError: the lock could not be made.
        """
        self._lock.acquire(timeout=BEGIN_S, poll_interval=POLL_S)

    def try_to_acquire(self) -> bool:
        """Take it if nobody holds it, and tell whether it was taken.

        Raises:
            OSError: the lock could not be looked at.
        """
        try:
            self._lock.acquire(timeout=LOOK_S, poll_interval=POLL_S)
        except Timeout:
            return False
        return True

    def remove(self) -> None:
        """Release it and delete its file, so that none piles up.

        Raises:
            OSError: it could not be deleted; it is released all the same.
        """
        try:
            # While it is held: whoever has just opened it then notices, and locks no file that has no name.
            self.file.unlink(missing_ok=True)
        except PermissionError:  # Windows deletes no file that is open
            self._lock.release()
            self.file.unlink(missing_ok=True)
        finally:
            self._lock.release()


def is_live(journal: Path) -> bool:
    """Tell whether the process that began the journal has it open still; if not, no lock is left.

    Raises:
        OSError: the lock could not be looked at.
    """
    lock = JournalLock(journal)
    if not lock.try_to_acquire():
        return True
    lock.remove()
    return False
