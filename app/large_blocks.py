"""Memory that a long text took for a moment, given back to the system."""

import ctypes
import sys
from contextlib import suppress

LARGE = 1_000_000  # bytes
_MMAP_THRESHOLD = -3  # as <malloc.h> numbers it


def return_large_blocks() -> None:
    """Let every large block go back to the system as soon as it is free.

    The GNU C library does so above a bound that it raises to the size of the largest block ever freed, up to
    32 MB. Saving or comparing a book would leave the program larger by three times the book's length.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # other C libraries return them anyway
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)
